/** `crypto.randomUUID` and `crypto.getRandomValues`; the randomness is the host's. Installed by install.ts. */
import { defineValue, numberToString, toStringTagId, Uint8ArrayOf } from '../guest/intrinsics.ts';
import {
  brandOf,
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  typedArrayTag,
} from '../guest/values/brand.ts';
import { DOMException } from './events/dom-exception.ts';

const MAX_BYTES = 65_536;

export type RandomBytes = (count: number) => Uint8Array;

export function createCrypto(randomBytes: RandomBytes): object {
  const crypto = {
    getRandomValues: (array: unknown) => fill(array, randomBytes),
    randomUUID: () => uuid(randomBytes(16)),
  };
  defineValue(crypto, toStringTagId, 'Crypto', false);
  return crypto;
}

function fill(array: unknown, randomBytes: RandomBytes): unknown {
  const isArray = typeof array === 'object' && array !== null && brandOf(array) === 'typed-array';
  const tag = isArray ? typedArrayTag(array) : undefined;
  if (!isArray || tag === 'Float16Array' || tag === 'Float32Array' || tag === 'Float64Array') {
    throw new DOMException('getRandomValues fills a typed array of integers.', 'TypeMismatchError');
  }
  const length = typedArrayByteLength(array);
  if (length > MAX_BYTES) {
    throw new DOMException(`getRandomValues fills ${MAX_BYTES} bytes at once, not ${length}.`, 'QuotaExceededError');
  }
  const bytes = new Uint8ArrayOf(typedArrayBuffer(array), typedArrayByteOffset(array), length);
  const random = randomBytes(length);
  for (let at = 0; at < length; at++) bytes[at] = random[at] ?? 0;
  return array;
}

function uuid(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < 16; at++) {
    const byte = bytes[at] ?? 0;
    const marked = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    if (at === 4 || at === 6 || at === 8 || at === 10) text += '-';
    text += (marked < 16 ? '0' : '') + numberToString(marked, 16);
  }
  return text;
}
