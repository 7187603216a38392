/**
 * Domain names as ASCII. Used by host.ts. Not the whole of UTS 46, whose tables are larger than all of this runtime: a
 * label is case-folded and normalised (NFKC) with what the language knows of Unicode, then refused where it holds
 * what no domain may hold. The rules for right-to-left labels are not applied (docs/values.md).
 */
import {
  append,
  createList,
  joinTexts,
  RegExpOf,
  regExpExec,
  splitText,
  stringIncludes,
  stringNormalize,
  stringSlice,
  stringStartsWith,
  stringToLowerCase,
} from '../../../guest/intrinsics.ts';
import { decodePunycode, encodePunycode } from './punycode.ts';

const NON_ASCII = /[\u0080-\uffff]/;
const DOTS = /[\u3002\uff0e\uff61]/;
/** Soft hyphen, joiners of graphemes, variation selectors and their kin, which mapping drops. */
const DROPPED = /\u00ad|\u034f|[\u180b-\u180d]|\u180f|\u200b|\u2060|\u2064|[\ufe00-\ufe0f]|\ufeff/;
/** A text and no literal: the properties of Unicode would cost each isolate 0.2 ms at its start, asked for or not. */
const NOT_IN_A_LABEL = '[\\p{Cc}\\p{Cf}\\p{Cn}\\p{Co}\\p{Cs}\\p{Z}\\u2ff0-\\u2fff\\ufff9-\\uffff]|^\\p{M}';

/** Undefined where it is no domain. */
export function domainToAscii(domain: string): string | undefined {
  if (regExpExec(NON_ASCII, domain) === null) {
    const lower = stringToLowerCase(domain);
    if (!stringIncludes(lower, 'xn--')) return lower;
  }
  const dotted = replaceEach(replaceEach(domain, DOTS, '.'), DROPPED, '');
  const mapped = fold(dotted);
  const labels = splitText(mapped, '.');
  // Some characters are a digit and a full stop in one; no domain may hold them.
  if (labels.length !== splitText(dotted, '.').length) return undefined;
  const ascii = createList<string>();
  for (let at = 0; at < labels.length; at++) {
    const label = labelToAscii(labels[at] ?? '');
    if (label === undefined) return undefined;
    append(ascii, label);
  }
  return joinTexts(ascii, '.');
}

function labelToAscii(label: string): string | undefined {
  if (regExpExec(NON_ASCII, label) === null) return isAsciiLabel(label) ? label : undefined;
  if (stringStartsWith(label, 'xn--') || regExpExec(new RegExpOf(NOT_IN_A_LABEL, 'u'), label) !== null)
    return undefined;
  const encoded = encodePunycode(label);
  return encoded === undefined ? undefined : `xn--${encoded}`;
}

/** A label that claims to be encoded must be what encoding its meaning gives. */
function isAsciiLabel(label: string): boolean {
  if (!stringStartsWith(label, 'xn--')) return true;
  const decoded = decodePunycode(stringSlice(label, 4));
  if (decoded === undefined || regExpExec(NON_ASCII, decoded) === null) return false;
  if (regExpExec(new RegExpOf(NOT_IN_A_LABEL, 'u'), decoded) !== null || stringIncludes(decoded, '.')) return false;
  return fold(decoded) === decoded;
}

function fold(text: string): string {
  return stringNormalize(stringToLowerCase(stringNormalize(text, 'NFKC')), 'NFKC');
}

function replaceEach(text: string, pattern: RegExp, replacement: string): string {
  let out = '';
  let rest = text;
  for (let found = regExpExec(pattern, rest); found !== null; found = regExpExec(pattern, rest)) {
    out += stringSlice(rest, 0, found.index) + replacement;
    rest = stringSlice(rest, found.index + 1);
  }
  return out + rest;
}
