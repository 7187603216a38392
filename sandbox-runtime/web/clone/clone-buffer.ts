/** ArrayBuffers and the views on them, as structuredClone copies them. `slice` would ask the buffer for its species. */
import { ArrayBufferOf, construct, DataViewOf, mapGet, Uint8ArrayOf } from '../../guest/intrinsics.ts';
import {
  bufferByteLength,
  typedArrayBuffer,
  typedArrayByteOffset,
  typedArrayLength,
  typedArrayTag,
  viewBuffer,
  viewByteLength,
  viewByteOffset,
} from '../../guest/values/brand.ts';
import { isDetached, isResizable, maxByteLength, setBytes, transfer, viewClasses } from '../captured.ts';
import { DOMException } from '../events/dom-exception.ts';

type Clone = (value: unknown) => unknown;

export function cloneBuffer(buffer: object): ArrayBuffer {
  if (!isPlainBuffer(buffer))
    throw new DOMException('structuredClone cannot copy shared or detached memory.', 'DataCloneError');
  const options = isResizable(buffer) ? { __proto__: null, maxByteLength: maxByteLength(buffer) } : undefined;
  const copy = construct(
    ArrayBufferOf,
    options === undefined ? [bufferByteLength(buffer)] : [bufferByteLength(buffer), options],
  ) as ArrayBuffer;
  setBytes(new Uint8ArrayOf(copy), new Uint8ArrayOf(buffer as ArrayBuffer));
  return copy;
}

export function cloneTypedArray(array: object, clone: Clone): object {
  const buffer = clone(typedArrayBuffer(array)) as ArrayBuffer;
  const viewClass = mapGet(viewClasses, typedArrayTag(array) ?? '') ?? Uint8ArrayOf;
  return construct(viewClass, [buffer, typedArrayByteOffset(array), typedArrayLength(array)]) as object;
}

export function cloneView(view: object, clone: Clone): object {
  return construct(DataViewOf, [clone(viewBuffer(view)), viewByteOffset(view), viewByteLength(view)]) as object;
}

/** True for an ArrayBuffer that is neither shared nor transferred away. */
export function isPlainBuffer(value: object): boolean {
  try {
    return !isDetached(value);
  } catch {
    return false;
  }
}

export function detachBuffer(buffer: object): void {
  if (isPlainBuffer(buffer)) transfer(buffer);
}
