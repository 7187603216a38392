/** UTF-8 to text and back, by the Encoding standard. Used by text-codec.ts and by the URL parser. */
import { stringCharCodeAt } from '../../guest/intrinsics.ts';
import { TextBuilder } from './text-builder.ts';

export const REPLACEMENT = 0xfffd;

/** Writes whole characters while there is room for `limit` bytes; a lone surrogate becomes U+FFFD. */
export function writeUtf8(text: string, bytes: Uint8Array, limit: number): { read: number; written: number } {
  let read = 0;
  let written = 0;
  while (read < text.length) {
    const code = scalarAt(text, read);
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (written + size > limit) break;
    if (size === 1) bytes[written] = code;
    else {
      bytes[written] = (size === 2 ? 0xc0 : size === 3 ? 0xe0 : 0xf0) | (code >> (6 * (size - 1)));
      for (let at = 1; at < size; at++) bytes[written + at] = 0x80 | ((code >> (6 * (size - 1 - at))) & 0x3f);
    }
    written += size;
    read += size === 4 ? 2 : 1;
  }
  return { read, written };
}

function scalarAt(text: string, at: number): number {
  const unit = stringCharCodeAt(text, at);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  const next = at + 1 < text.length ? stringCharCodeAt(text, at + 1) : 0;
  if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff) return REPLACEMENT;
  return 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
}

export interface DecoderState {
  code: number;
  /** Bytes that the character begun still wants. */
  needed: number;
  lower: number;
  upper: number;
  /** Something was decoded already, so a byte order mark is a character now. */
  isStarted: boolean;
}

export function freshState(): DecoderState {
  return { code: 0, needed: 0, lower: 0x80, upper: 0xbf, isStarted: false };
}

export function decodeUtf8(
  bytes: Uint8Array,
  length: number,
  state: DecoderState,
  emit: (code: number) => void,
  fail: () => void,
): void {
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    if (state.needed === 0) {
      if (byte < 0x80) emit(byte);
      else if (!begin(byte, state)) fail();
      continue;
    }
    if (byte < state.lower || byte > state.upper) {
      state.needed = 0;
      fail();
      // The byte belongs to what comes next, not to the character that broke off.
      at -= 1;
      continue;
    }
    state.lower = 0x80;
    state.upper = 0xbf;
    state.code = (state.code << 6) | (byte & 0x3f);
    state.needed -= 1;
    if (state.needed === 0) emit(state.code);
  }
}

/** Starts a character of several bytes; false where none starts with this byte. */
function begin(byte: number, state: DecoderState): boolean {
  if (byte < 0xc2 || byte > 0xf4) return false;
  state.needed = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  state.code = byte & (0x3f >> state.needed);
  state.lower = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
  state.upper = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
  return true;
}

/** The first `length` bytes as text, with U+FFFD for what is no UTF-8; a byte order mark is a character like any other. */
export function decodeText(bytes: Uint8Array, length: number): string {
  const out = new TextBuilder();
  const state = freshState();
  decodeUtf8(
    bytes,
    length,
    state,
    (code) => out.codePoint(code),
    () => out.codePoint(REPLACEMENT),
  );
  if (state.needed > 0) out.codePoint(REPLACEMENT);
  return out.take();
}
