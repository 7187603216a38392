/** Percent-encoding and -decoding of the URL standard. Used by every part of a URL. */
import {
  numberToString,
  stringCodePointAt,
  stringIncludes,
  stringSlice,
  stringToUpperCase,
  Uint8ArrayOf,
} from '../../guest/intrinsics.ts';
import { utf8Length } from '../../guest/values/text.ts';
import { decodeText, writeUtf8 } from '../text/utf8.ts';

/** The ASCII characters that are encoded in a place, beside controls and everything beyond ASCII. */
export const CONTROLS = '';
export const FRAGMENT = ' "<>`';
export const QUERY = ' "#<>';
export const SPECIAL_QUERY = ` "#<>'`;
export const PATH = ' "#<>?^`{}';
export const USERINFO = ' "#<>?^`{}/:;=@[\\]|';

export function percentEncode(text: string, encoded: string): string {
  let out = '';
  let kept = 0;
  for (let at = 0; at < text.length; ) {
    const code = stringCodePointAt(text, at) ?? 0;
    const size = code > 0xffff ? 2 : 1;
    if (code < 0x20 || code > 0x7e || stringIncludes(encoded, text[at] ?? '')) {
      out += stringSlice(text, kept, at) + encodeCodePoint(code);
      kept = at + size;
    }
    at += size;
  }
  return out + stringSlice(text, kept);
}

/** The UTF-8 bytes of a code point, each as `%XX`. Surrogates were replaced before. */
export function encodeCodePoint(code: number): string {
  if (code < 0x80) return encodeByte(code);
  if (code < 0x800) return encodeByte(0xc0 | (code >> 6)) + trail(code, 0);
  if (code < 0x10000) return encodeByte(0xe0 | (code >> 12)) + trail(code, 6) + trail(code, 0);
  return encodeByte(0xf0 | (code >> 18)) + trail(code, 12) + trail(code, 6) + trail(code, 0);
}

function trail(code: number, shift: number): string {
  return encodeByte(0x80 | ((code >> shift) & 0x3f));
}

function encodeByte(byte: number): string {
  return `%${byte < 16 ? '0' : ''}${stringToUpperCase(numberToString(byte, 16))}`;
}

/** Every `%XX` as its byte, the whole read as UTF-8; what is no UTF-8 becomes U+FFFD. */
export function percentDecode(text: string): string {
  if (!stringIncludes(text, '%')) return text;
  const length = utf8Length(text);
  const bytes = new Uint8ArrayOf(length);
  writeUtf8(text, bytes, length);
  let size = 0;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    const value =
      byte === 37 && at + 2 < length ? hexValue(bytes[at + 1] ?? 0) * 16 + hexValue(bytes[at + 2] ?? 0) : -1;
    bytes[size++] = value >= 0 ? value : byte;
    if (value >= 0) at += 2;
  }
  return decodeText(bytes, size);
}

/** Far below zero for what is no hexadecimal digit, so that a sum with it stays negative. */
export function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1_000;
}
