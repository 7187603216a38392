/**
 * The text of one console call: `console.log(...args)` as Node would print it. Called by console.ts, and by
 * format-error.ts for a thrown value that is no error. Never throws (but where the program left no stack to run on).
 */

import { inspectValue } from './display/inspect-value.ts';
import { parseFloatOf, parseIntOf, stringIndexOf, stringSlice, toNumberOf } from './intrinsics.ts';
import { renderValue } from './render-value.ts';
import { cutAt, escapeControls, groupDigits } from './values/text.ts';

const NOTE_CHARS = 40;
const MAX_JSON_DEPTH = 64;

/** Well-formed text of `maxChars` at most; where it was cut, it ends with a note of that. */
export function formatLog(args: readonly unknown[], maxChars: number): string {
  const first = args.length > 0 ? args[0] : '';
  const formatted = typeof first === 'string' && args.length > 1 ? formatTemplate(first, args, maxChars) : undefined;
  let text = formatted?.text ?? '';
  for (let index = formatted?.used ?? 0; index < args.length && text.length <= maxChars; index++) {
    if (index > 0) text += ' ';
    const arg = args[index];
    text += typeof arg === 'string' ? raw(arg, maxChars - text.length) : inspectValue(arg, maxChars - text.length);
  }
  const total = plainChars(args);
  return cap(escapeControls(text), maxChars, total);
}

/** What a single long string measures; unknown for anything else, which is shown only as far as it is needed. */
function plainChars(args: readonly unknown[]): number | undefined {
  const only = args.length === 1 ? args[0] : undefined;
  return typeof only === 'string' ? only.length : undefined;
}

/** One character more than there is room for, so that `cap` notices. */
function raw(text: string, room: number): string {
  return text.length > room ? stringSlice(text, 0, room + 1) : text;
}

export function cap(text: string, maxChars: number, totalChars?: number): string {
  if (text.length <= maxChars) return text;
  const kept = cutAt(text, maxChars > NOTE_CHARS ? maxChars - NOTE_CHARS : 0);
  const note =
    totalChars === undefined ? '… (cut here)' : `… (${groupDigits(totalChars - kept.length)} more characters)`;
  return cutAt(`${kept}${note}`, maxChars);
}

/** Node's own rules: `%` and a letter takes the next argument, `%%` is a percent sign, anything else stays as it is. */
function formatTemplate(template: string, args: readonly unknown[], maxChars: number): { text: string; used: number } {
  let text = '';
  let used = 1;
  let start = 0;
  for (
    let at = stringIndexOf(template, '%');
    at !== -1 && text.length <= maxChars;
    at = stringIndexOf(template, '%', at)
  ) {
    const letter = template[at + 1] ?? '';
    if (letter === '%') {
      text += stringSlice(template, start, at + 1);
    } else {
      const shown = used < args.length ? formatAs(letter, args[used], maxChars) : undefined;
      if (shown === undefined) {
        at += 1;
        continue;
      }
      text += stringSlice(template, start, at) + shown;
      used += 1;
    }
    at += 2;
    start = at;
  }
  return { text: text + stringSlice(template, start, start + maxChars + 1), used };
}

/** Undefined where the letter is no specifier. */
function formatAs(letter: string, value: unknown, maxChars: number): string | undefined {
  switch (letter) {
    case 's':
      return typeof value === 'string' ? raw(value, maxChars) : inspectValue(value, maxChars, 0);
    case 'd':
      return typeof value === 'bigint' ? inspectValue(value, maxChars) : numberText(value, toNumberOf);
    case 'i':
      return typeof value === 'bigint' ? inspectValue(value, maxChars) : numberText(value, parseIntOf);
    case 'f':
      return numberText(value, parseFloatOf);
    case 'j':
      return jsonText(value, maxChars);
    case 'o':
    case 'O':
      return inspectValue(value, maxChars);
    case 'c':
      return '';
    default:
      return undefined;
  }
}

/** Conversion of an object runs the program's `valueOf` or `toString`, which may throw. */
function numberText(value: unknown, convert: (value: never) => number): string {
  try {
    return inspectValue(typeof value === 'symbol' ? Number.NaN : convert(value as never), 40);
  } catch {
    return 'NaN';
  }
}

function jsonText(value: unknown, maxChars: number): string {
  const rendered = renderValue(value, { maxBytes: maxChars * 3, maxDepth: MAX_JSON_DEPTH, what: 'result' });
  if (rendered.kind === 'absent') return 'undefined';
  return rendered.kind === 'json' ? rendered.text : inspectValue(value, maxChars);
}
