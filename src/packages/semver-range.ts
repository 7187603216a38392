/**
 * Whether a text is a semver range as npm reads it (the grammar of node-semver): what is none would be taken by npm for
 * a tag, a URL or a path. Called for every version that a request declares.
 */

const NUMBER = '(?:0|[1-9]\\d{0,15})';
const PART = `(?:[xX*]|${NUMBER})`;
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const PARTIAL = `v?${PART}(?:\\.${PART}(?:\\.${PART}(?:-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?)?)?`;
const HYPHEN = new RegExp(`^${PARTIAL}\\s+-\\s+${PARTIAL}$`);
const SIMPLE = new RegExp(`^(?:[<>]=?|=|~>?|\\^)?${PARTIAL}$`);
const OPERATOR_AND_SPACE = /([<>]=?|=|~>?|\^)\s+/g;
const MAX_CHARS = 256;

export function isSemverRange(text: string): boolean {
  if (text.trim() === '' || text.length > MAX_CHARS) return false;
  return text.split('||').every((alternative) => isComparatorSet(alternative.trim()));
}

function isComparatorSet(text: string): boolean {
  if (HYPHEN.test(text)) return true;
  return text
    .replaceAll(OPERATOR_AND_SPACE, '$1')
    .split(/\s+/)
    .every((comparator) => SIMPLE.test(comparator));
}
