/** atob and btoa, by the "forgiving base64" of the Infra standard. Installed by install.ts. */
import {
  createList,
  stringCharCodeAt,
  stringFromCharCode,
  stringIndexOf,
  stringSlice,
  TypeErrorOf,
} from '../../guest/intrinsics.ts';
import { DOMException } from '../events/dom-exception.ts';
import { TextBuilder } from './text-builder.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 61;
const codes = createList<number>();
const values = createList<number>();
for (let value = 0; value < 64; value++) codes[value] = stringCharCodeAt(ALPHABET, value);
for (let code = 0; code < 128; code++) values[code] = stringIndexOf(ALPHABET, stringFromCharCode(code));

/** A string of bytes as base64. */
export function btoa(...args: unknown[]): string {
  const text = textArgument(args, 'btoa');
  const out = new TextBuilder();
  for (let at = 0; at < text.length; at += 3) {
    const left = text.length - at;
    const bits =
      (byteAt(text, at) << 16) | (left > 1 ? byteAt(text, at + 1) << 8 : 0) | (left > 2 ? byteAt(text, at + 2) : 0);
    out.unit(codes[bits >> 18] ?? 0);
    out.unit(codes[(bits >> 12) & 63] ?? 0);
    out.unit(left > 1 ? (codes[(bits >> 6) & 63] ?? 0) : PADDING);
    out.unit(left > 2 ? (codes[bits & 63] ?? 0) : PADDING);
  }
  return out.take();
}

function byteAt(text: string, at: number): number {
  const unit = stringCharCodeAt(text, at);
  if (unit > 255) {
    throw new DOMException(
      'btoa takes characters up to U+00FF only: encode text with TextEncoder first.',
      'InvalidCharacterError',
    );
  }
  return unit;
}

/** Base64 as a string of bytes; white space is skipped, padding may be missing. */
export function atob(...args: unknown[]): string {
  const text = withoutPadding(withoutSpace(textArgument(args, 'atob')));
  if (text.length % 4 === 1) throw invalid();
  const out = new TextBuilder();
  let bits = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    bits = ((bits << 6) | valueAt(text, at)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.unit((bits >> count) & 255);
  }
  return out.take();
}

function valueAt(text: string, at: number): number {
  const value = values[stringCharCodeAt(text, at)] ?? -1;
  if (value < 0) throw invalid();
  return value;
}

function withoutSpace(text: string): string {
  let kept = '';
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = stringCharCodeAt(text, at);
    if (unit !== 32 && unit !== 9 && unit !== 10 && unit !== 12 && unit !== 13) continue;
    kept += stringSlice(text, start, at);
    start = at + 1;
  }
  return kept + stringSlice(text, start);
}

function withoutPadding(text: string): string {
  if (text.length % 4 !== 0) return text;
  const padded = stringSlice(text, -2) === '==' ? 2 : stringSlice(text, -1) === '=' ? 1 : 0;
  return stringSlice(text, 0, text.length - padded);
}

function textArgument(args: readonly unknown[], name: string): string {
  if (args.length === 0) throw new TypeErrorOf(`${name} takes one argument.`);
  return `${args[0] as string}`;
}

function invalid(): DOMException {
  return new DOMException(
    'The string is not base64: it holds other characters or has an impossible length.',
    'InvalidCharacterError',
  );
}
