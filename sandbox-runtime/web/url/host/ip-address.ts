/** IPv4 and IPv6 addresses as the URL standard reads and writes them. Used by host.ts. */
import {
  append,
  createList,
  floor,
  joinTexts,
  numberToString,
  regExpExec,
  splitText,
  stringCharCodeAt,
  stringIndexOf,
  stringSlice,
  toNumberOf,
} from '../../../guest/intrinsics.ts';
import { hexValue } from '../percent.ts';

const DECIMAL = /^[0-9]+$/;
const OCTAL = /^0[0-7]*$/;
const HEX = /^0[xX][0-9a-fA-F]*$/;
const BYTE = /^(?:0|[1-9][0-9]{0,2})$/;

/** A host whose last label looks like a number is an IPv4 address or an error. */
export function endsInNumber(host: string): boolean {
  const labels = splitText(host, '.');
  let last = labels[labels.length - 1] ?? '';
  if (last === '') {
    if (labels.length === 1) return false;
    last = labels[labels.length - 2] ?? '';
  }
  return regExpExec(DECIMAL, last) !== null || regExpExec(HEX, last) !== null;
}

export function parseIpv4(host: string): string | undefined {
  const parts = splitText(host, '.');
  if (parts.length > 1 && parts[parts.length - 1] === '') parts.length -= 1;
  if (parts.length > 4) return undefined;
  let address = 0;
  for (let at = 0; at < parts.length; at++) {
    const value = parseIpv4Part(parts[at] ?? '');
    const isLast = at === parts.length - 1;
    if (value === undefined || value >= (isLast ? 256 ** (5 - parts.length) : 256)) return undefined;
    address += isLast ? value : value * 256 ** (3 - at);
  }
  return `${floor(address / 2 ** 24)}.${floor(address / 2 ** 16) % 256}.${floor(address / 256) % 256}.${address % 256}`;
}

function parseIpv4Part(text: string): number | undefined {
  if (regExpExec(HEX, text) !== null) return text.length === 2 ? 0 : toNumberOf(text);
  if (text.length > 1 && text[0] === '0') return regExpExec(OCTAL, text) === null ? undefined : toNumberOf(`0o${text}`);
  return regExpExec(DECIMAL, text) === null ? undefined : toNumberOf(text);
}

/** The address without its brackets, in the shortest form; undefined where it is none. */
export function parseIpv6(text: string): string | undefined {
  const gap = stringIndexOf(text, '::');
  const head = gap === -1 ? text : stringSlice(text, 0, gap);
  const pieces = piecesOf(head, gap === -1);
  const rest = gap === -1 ? createList<number>() : piecesOf(stringSlice(text, gap + 2), true);
  if (pieces === undefined || rest === undefined) return undefined;
  const missing = 8 - pieces.length - rest.length;
  if (gap === -1 ? missing !== 0 : missing < 1) return undefined;
  for (let at = 0; at < missing; at++) append(pieces, 0);
  for (let at = 0; at < rest.length; at++) append(pieces, rest[at] ?? 0);
  return serializeIpv6(pieces);
}

/** The 16-bit pieces between colons; the last may be an IPv4 address, which makes two. */
function piecesOf(text: string, isEnd: boolean): number[] | undefined {
  const pieces = createList<number>();
  if (text === '') return pieces;
  const parts = splitText(text, ':');
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (isEnd && at === parts.length - 1 && stringIndexOf(part, '.') !== -1) {
      if (!addIpv4(part, pieces)) return undefined;
    } else {
      const piece = pieceOf(part);
      if (piece === undefined) return undefined;
      append(pieces, piece);
    }
  }
  return pieces.length > 8 ? undefined : pieces;
}

function pieceOf(part: string): number | undefined {
  if (part.length < 1 || part.length > 4) return undefined;
  let piece = 0;
  for (let at = 0; at < part.length; at++) piece = piece * 16 + hexValue(stringCharCodeAt(part, at));
  return piece < 0 ? undefined : piece;
}

function addIpv4(part: string, pieces: number[]): boolean {
  const bytes = splitText(part, '.');
  if (bytes.length !== 4) return false;
  for (let at = 0; at < 4; at++) {
    const byte = bytes[at] ?? '';
    if (regExpExec(BYTE, byte) === null || toNumberOf(byte) > 255) return false;
  }
  append(pieces, toNumberOf(bytes[0]) * 256 + toNumberOf(bytes[1]));
  append(pieces, toNumberOf(bytes[2]) * 256 + toNumberOf(bytes[3]));
  return true;
}

function serializeIpv6(pieces: readonly number[]): string {
  const zeros = longestZeros(pieces);
  const before = createList<string>();
  const after = createList<string>();
  for (let at = 0; at < 8; at++) {
    const isZeroed = at >= zeros.start && at < zeros.start + zeros.length;
    if (!isZeroed) append(zeros.length > 0 && at > zeros.start ? after : before, numberToString(pieces[at] ?? 0, 16));
  }
  return zeros.length === 0 ? joinTexts(before, ':') : `${joinTexts(before, ':')}::${joinTexts(after, ':')}`;
}

/** The first of the longest runs of two or more zero pieces; of length zero where there is none. */
function longestZeros(pieces: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let at = 0; at < 8; at++) {
    if (pieces[at] !== 0) start = at + 1;
    else if (at - start + 1 > 1 && at - start + 1 > best.length) best = { start, length: at - start + 1 };
  }
  return best;
}
