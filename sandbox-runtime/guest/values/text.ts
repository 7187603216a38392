/** Small questions about text that the renderer, the inspector and the console share. No program code runs here. */
import {
  joinTexts,
  jsonStringify,
  numberToString,
  regExpExec,
  splitText,
  stringCharCodeAt,
  stringIndexOf,
  stringSlice,
  stringToUpperCase,
  stringToWellFormed,
} from '../intrinsics.ts';

const NON_ASCII = /[\u0080-\uffff]/;
const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** Bytes of the text in UTF-8; a lone surrogate counts as the three bytes of its replacement. */
export function utf8Length(text: string): number {
  if (regExpExec(NON_ASCII, text) === null) return text.length;
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = stringCharCodeAt(text, index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // The second half of a pair is in the four bytes of the first: two for its unit, two added here.
    if (unit < 0xd800 || unit > 0xdbff || index + 1 >= text.length) continue;
    const next = stringCharCodeAt(text, index + 1);
    if (next >= 0xdc00 && next <= 0xdfff) index += 1;
  }
  return bytes;
}

/** The text as a JSON string that any parser takes: a lone surrogate becomes U+FFFD. */
export function quoteJson(text: string): string {
  return jsonStringify(stringToWellFormed(text)) ?? '""';
}

export function isIdentifier(text: string): boolean {
  return regExpExec(IDENTIFIER, text) !== null;
}

/** At most `maxChars` of the text, ending in `…` where something was cut; never half of a surrogate pair. */
export function clip(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${stringToWellFormed(cutAt(text, max0(maxChars - 1)))}…`;
}

/** The first `chars` of the text, one less where that would split a surrogate pair. */
export function cutAt(text: string, chars: number): string {
  const last = chars > 0 ? stringCharCodeAt(text, chars - 1) : 0;
  return stringSlice(text, 0, last >= 0xd800 && last <= 0xdbff ? chars - 1 : chars);
}

function max0(value: number): number {
  return value > 0 ? value : 0;
}

/** `1234567` as `1,234,567`. */
export function groupDigits(value: number): string {
  let rest = numberToString(value);
  let grouped = '';
  for (; rest.length > 3; rest = stringSlice(rest, 0, -3)) grouped = `,${stringSlice(rest, -3)}${grouped}`;
  return rest + grouped;
}

/** What a caught value says of itself, short and on one line, without calling anything but a getter of `message`. */
export function messageOf(thrown: unknown): string {
  try {
    const message: unknown =
      typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : thrown;
    if (typeof message !== 'string') return 'no message';
    const line = stringIndexOf(message, '\n');
    return clip(line === -1 ? message : stringSlice(message, 0, line), 200);
  } catch {
    return 'no message';
  }
}

/** Any character but tab, line feed, printable ASCII and what lies above the C1 controls. */
const CONTROL = /[^\t\n -~\u00a0-\uffff]/;

/** Control characters as `\x1B`: a terminal or a log reader is never steered by them. Tabs and line feeds stay; surrogates are paired. */
export function escapeControls(text: string): string {
  const wellFormed = stringToWellFormed(text);
  if (regExpExec(CONTROL, wellFormed) === null) return wellFormed;
  let escaped = '';
  let kept = 0;
  for (let index = 0; index < wellFormed.length; index++) {
    const unit = stringCharCodeAt(wellFormed, index);
    const isControl = unit < 0x20 ? unit !== 9 && unit !== 10 : unit >= 0x7f && unit < 0xa0;
    if (!isControl) continue;
    escaped += stringSlice(wellFormed, kept, index) + hexEscape(unit);
    kept = index + 1;
  }
  return escaped + stringSlice(wellFormed, kept);
}

/** The text as JavaScript source would write it, in the first of the three quotes that the text does not hold. */
export function quoteSource(text: string): string {
  const quote = quoteFor(text);
  const wellFormed = stringToWellFormed(text);
  let quoted = quote;
  for (let index = 0; index < wellFormed.length; index++) {
    const char = wellFormed[index] ?? '';
    const unit = stringCharCodeAt(wellFormed, index);
    if (char === quote || char === '\\') quoted += `\\${char}`;
    else if (unit === 10) quoted += '\\n';
    else if (unit === 9) quoted += '\\t';
    else if (unit === 13) quoted += '\\r';
    else if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) quoted += hexEscape(unit);
    else quoted += char;
  }
  return quoted + quote;
}

function quoteFor(text: string): string {
  if (stringIndexOf(text, "'") === -1) return "'";
  if (stringIndexOf(text, '"') === -1) return '"';
  return stringIndexOf(text, '`') === -1 && stringIndexOf(text, '${') === -1 ? '`' : "'";
}

function hexEscape(unit: number): string {
  return `\\x${unit < 16 ? '0' : ''}${stringToUpperCase(numberToString(unit, 16))}`;
}

/** Every line of the text after the first, moved to the right. */
export function indentLines(text: string, indent: string): string {
  if (indent === '' || stringIndexOf(text, '\n') === -1) return text;
  return joinTexts(splitText(text, '\n'), `\n${indent}`);
}
