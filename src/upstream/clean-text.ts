/**
 * Words of strangers made fit to be shown: no terminal escapes, no control characters, no half characters, and never
 * longer than asked. Called wherever something that an upstream wrote goes into a message.
 */

const ESCAPE = String.fromCharCode(27);
/** What may follow an escape character: a CSI sequence, an OSC sequence with its end, or one character. */
const AFTER_ESCAPE = /^(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\p{Cc}]{0,256}\p{Cc}?\\?|.)/u;
/** Control characters but line feed and tab; marks that turn the direction of text; line separators. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The text without escapes and control characters; line breaks and tabs stay. */
export function cleanText(text: string): string {
  const [head = '', ...rest] = text.toWellFormed().split(ESCAPE);
  const plain = [head, ...rest.map((part) => part.replace(AFTER_ESCAPE, ''))].join('');
  return plain.replaceAll('\r\n', '\n').replace(UNSEEN, (found) => (found === '\n' || found === '\t' ? found : ''));
}

/** Cleaned, and cut at `maxChars` with an ellipsis that says so. */
export function cutText(text: string, maxChars: number): string {
  // Cutting first keeps the cost of cleaning bounded, however long the text is.
  const cleaned = cleanText(text.slice(0, maxChars * 2));
  if (cleaned.length <= maxChars && text.length <= maxChars * 2) return cleaned;
  return `${cleaned.slice(0, maxChars - 1).toWellFormed()}…`;
}

/** A name in quotes on one line, short enough for a message. */
export function quoteName(name: string): string {
  return JSON.stringify(cutText(name, 128).replaceAll(/[\n\t]/g, ' '));
}
