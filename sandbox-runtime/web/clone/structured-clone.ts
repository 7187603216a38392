/**
 * structuredClone, by the HTML standard as far as a realm without a document goes. Installed by install.ts. What it
 * cannot copy it refuses with a DataCloneError; getters are the program's own and may throw what they like.
 */
import {
  append,
  createList,
  DateOf,
  defineValue,
  hasOwn,
  isArray,
  MapOf,
  mapForEach,
  mapGet,
  mapSet,
  objectKeys,
  objectOf,
  RegExpOf,
  SetOf,
  setAdd,
  setForEach,
  TypeErrorOf,
} from '../../guest/intrinsics.ts';
import { brandOf, dateTime, regExpFlags, regExpSource, unbox } from '../../guest/values/brand.ts';
import { DOMException } from '../events/dom-exception.ts';
import { searchParamsText } from '../url/search-params.ts';
import { urlText } from '../url/url.ts';
import { cloneBuffer, cloneTypedArray, cloneView, detachBuffer, isPlainBuffer } from './clone-buffer.ts';
import { cloneError } from './clone-error.ts';

export type Clone = (value: unknown) => unknown;

export function structuredClone(...args: unknown[]): unknown {
  if (args.length === 0) throw new TypeErrorOf('structuredClone takes one argument.');
  const transfer = transferList((args[1] as { transfer?: Iterable<unknown> } | undefined)?.transfer);
  const copies = new MapOf<object, object>();
  const clone: Clone = (value) => {
    if (typeof value === 'function') throw refused('a function');
    if (typeof value === 'symbol') throw refused('a symbol');
    if (typeof value !== 'object' || value === null) return value;
    return mapGet(copies, value) ?? cloneObject(value, copies, clone);
  };
  const copy = clone(args[0]);
  // Copied first and detached then: the program cannot tell that from a move, and views need the old buffer's length.
  for (let at = 0; at < transfer.length; at++) detachBuffer(transfer[at] ?? {});
  return copy;
}

function transferList(transfer: Iterable<unknown> | undefined): object[] {
  const buffers = createList<object>();
  if (transfer === undefined) return buffers;
  for (const item of transfer) {
    if (typeof item !== 'object' || item === null || !isPlainBuffer(item))
      throw refused('anything but an ArrayBuffer in its transfer list');
    for (let at = 0; at < buffers.length; at++)
      if (buffers[at] === item) throw refused('the same ArrayBuffer twice in its transfer list');
    append(buffers, item);
  }
  return buffers;
}

function cloneObject(value: object, copies: Map<object, object>, clone: Clone): object {
  const keep = <Copy extends object>(copy: Copy): Copy => {
    mapSet(copies, value, copy);
    return copy;
  };
  switch (brandOf(value)) {
    case 'array':
      return copyMembers(value, keep(emptyArray((value as unknown[]).length)), clone);
    case 'object':
      if ((urlText(value) ?? searchParamsText(value)) !== undefined) throw refused('a URL or URLSearchParams');
      return copyMembers(value, keep({}), clone);
    case 'map':
      return copyMap(value as Map<unknown, unknown>, keep(new MapOf()), clone);
    case 'set':
      return copySet(value as Set<unknown>, keep(new SetOf()), clone);
    case 'date':
      return keep(new DateOf(dateTime(value)));
    case 'regexp':
      return keep(new RegExpOf(regExpSource(value), regExpFlags(value)));
    case 'error':
      return cloneError(value, keep, clone);
    case 'boxed':
      return keep(objectOf(clone(unbox(value))) as object);
    case 'buffer':
      return keep(cloneBuffer(value));
    case 'typed-array':
      return keep(cloneTypedArray(value, clone));
    case 'view':
      return keep(cloneView(value, clone));
    default:
      throw refused('a promise, an iterator, a weak collection or a Proxy of a builtin object');
  }
}

function emptyArray(length: number): unknown[] {
  const array: unknown[] = [];
  array.length = length;
  return array;
}

function copyMembers<Copy extends object>(value: object, copy: Copy, clone: Clone): Copy {
  const keys = objectKeys(value);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? '';
    if (!isArray(value) && !hasOwn(value, key)) continue;
    defineValue(copy, key, clone((value as Record<string, unknown>)[key]));
  }
  return copy;
}

/** Listed before anything is cloned, since a getter may change the map meanwhile. */
function copyMap(map: Map<unknown, unknown>, copy: Map<unknown, unknown>, clone: Clone): object {
  const entries = createList<unknown>();
  mapForEach(map, (value, key) => {
    append(entries, key);
    append(entries, value);
  });
  for (let at = 0; at < entries.length; at += 2) mapSet(copy, clone(entries[at]), clone(entries[at + 1]));
  return copy;
}

function copySet(set: Set<unknown>, copy: Set<unknown>, clone: Clone): object {
  const items = createList<unknown>();
  setForEach(set, (item) => append(items, item));
  for (let at = 0; at < items.length; at++) setAdd(copy, clone(items[at]));
  return copy;
}

function refused(what: string): DOMException {
  return new DOMException(`structuredClone cannot copy ${what}.`, 'DataCloneError');
}
