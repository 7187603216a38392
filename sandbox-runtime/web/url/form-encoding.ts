/** The text of a form, `a=1&b=2`, to pairs and back. Used by search-params.ts. */
import {
  append,
  createList,
  joinTexts,
  regExpExec,
  splitText,
  stringCodePointAt,
  stringIndexOf,
  stringSlice,
} from '../../guest/intrinsics.ts';
import { encodeCodePoint, percentDecode } from './percent.ts';

export interface Pair {
  readonly name: string;
  value: string;
}

const KEPT = /^[A-Za-z0-9*\-._]$/;

export function parseForm(text: string): Pair[] {
  const pairs = createList<Pair>();
  const parts = splitText(text, '&');
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (part === '') continue;
    const equals = stringIndexOf(part, '=');
    const name = equals === -1 ? part : stringSlice(part, 0, equals);
    append(pairs, { name: decode(name), value: equals === -1 ? '' : decode(stringSlice(part, equals + 1)) });
  }
  return pairs;
}

export function serializeForm(pairs: readonly Pair[]): string {
  const parts = createList<string>();
  for (let at = 0; at < pairs.length; at++)
    append(parts, `${encode(pairs[at]?.name ?? '')}=${encode(pairs[at]?.value ?? '')}`);
  return joinTexts(parts, '&');
}

function decode(text: string): string {
  return percentDecode(joinTexts(splitText(text, '+'), ' '));
}

function encode(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const code = stringCodePointAt(text, at) ?? 0;
    const char = text[at] ?? '';
    if (code === 32) out += '+';
    else out += regExpExec(KEPT, char) === null ? encodeCodePoint(code) : char;
    at += code > 0xffff ? 2 : 1;
  }
  return out;
}
