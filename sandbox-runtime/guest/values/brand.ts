/**
 * What an object really is. Asked by the renderer, by the inspector and by structuredClone; runs no code of the program's but the
 * traps of a Proxy, and throws only what such a trap throws (or a TypeError for a revoked Proxy).
 *
 * `instanceof`, `constructor` and `Symbol.toStringTag` are claims that a program can make about anything. The brand
 * comes from the prototype chain, compared with the builtin prototypes captured at load, and is then confirmed by
 * reading an internal slot wherever the language lets one do so.
 */
import {
  getPrototypeOf,
  isArray,
  MapOf,
  mapGet,
  mapSet,
  mapSize,
  setSize,
  uncurry,
  uncurryGetter,
} from '../intrinsics.ts';

export type Brand =
  | 'array'
  | 'object'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'error'
  | 'promise'
  | 'weak'
  | 'buffer'
  | 'view'
  | 'typed-array'
  | 'boxed'
  | 'iterator'
  /** Has a builtin's prototype but not its insides: a Proxy around one, or `Object.create(Map.prototype)`. */
  | 'hollow';

export const dateTime = uncurry(Date.prototype.getTime) as (self: object) => number;
const dateToIso = uncurry(Date.prototype.toISOString) as (self: object) => string;
export const datePrototype: object = Date.prototype;
export const dateToJson: unknown = Date.prototype.toJSON;
const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype) as object;
export const typedArrayTag = uncurryGetter<string | undefined>(typedArrayPrototype, Symbol.toStringTag);
export const typedArrayLength = uncurryGetter<number>(typedArrayPrototype, 'length');
export const typedArrayBuffer = uncurryGetter<ArrayBuffer>(typedArrayPrototype, 'buffer');
export const typedArrayByteOffset = uncurryGetter<number>(typedArrayPrototype, 'byteOffset');
export const typedArrayByteLength = uncurryGetter<number>(typedArrayPrototype, 'byteLength');
export const viewBuffer = uncurryGetter<ArrayBuffer>(DataView.prototype, 'buffer');
export const viewByteOffset = uncurryGetter<number>(DataView.prototype, 'byteOffset');
export const viewByteLength = uncurryGetter<number>(DataView.prototype, 'byteLength');
export const bufferByteLength = uncurryGetter<number>(ArrayBuffer.prototype, 'byteLength');
export const sharedByteLength =
  typeof SharedArrayBuffer === 'undefined'
    ? undefined
    : uncurryGetter<number>(SharedArrayBuffer.prototype, 'byteLength');
export const regExpSource = uncurryGetter<string>(RegExp.prototype, 'source');
const REGEXP_FLAGS = [
  ['d', uncurryGetter<boolean>(RegExp.prototype, 'hasIndices')],
  ['g', uncurryGetter<boolean>(RegExp.prototype, 'global')],
  ['i', uncurryGetter<boolean>(RegExp.prototype, 'ignoreCase')],
  ['m', uncurryGetter<boolean>(RegExp.prototype, 'multiline')],
  ['s', uncurryGetter<boolean>(RegExp.prototype, 'dotAll')],
  ['u', uncurryGetter<boolean>(RegExp.prototype, 'unicode')],
  ['v', uncurryGetter<boolean>(RegExp.prototype, 'unicodeSets')],
  ['y', uncurryGetter<boolean>(RegExp.prototype, 'sticky')],
] as const;
const weakMapHas = uncurry(WeakMap.prototype.has) as (self: object, key: object) => boolean;
const weakSetHas = uncurry(WeakSet.prototype.has) as (self: object, key: object) => boolean;
const weakRefDeref = uncurry(WeakRef.prototype.deref) as (self: object) => unknown;
const unboxNumber = uncurry(Number.prototype.valueOf) as (self: object) => unknown;
const unboxString = uncurry(String.prototype.valueOf) as (self: object) => unknown;
const unboxBoolean = uncurry(Boolean.prototype.valueOf) as (self: object) => unknown;
const unboxBigInt = uncurry(BigInt.prototype.valueOf) as (self: object) => unknown;
const unboxSymbol = uncurry(Symbol.prototype.valueOf) as (self: object) => unknown;

interface Known {
  readonly brand: Brand;
  /** Throws where the object lacks the slot. */
  readonly probe?: (self: object) => unknown;
}

const probeKey = {};
const iteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()) as object);
const asyncIteratorPrototype = getPrototypeOf(getPrototypeOf(async function* () {}.prototype as object) as object);

/** The nearest of these in the chain decides. Filled at load, never changed. */
const KNOWN: readonly (readonly [object | null | undefined, Known])[] = [
  [Object.prototype, { brand: 'object' }],
  [Map.prototype, { brand: 'map', probe: mapSize }],
  [Set.prototype, { brand: 'set', probe: setSize }],
  [Date.prototype, { brand: 'date', probe: dateTime }],
  [RegExp.prototype, { brand: 'regexp', probe: regExpSource }],
  [Error.prototype, { brand: 'error' }],
  [Promise.prototype, { brand: 'promise' }],
  [WeakMap.prototype, { brand: 'weak', probe: (self) => weakMapHas(self, probeKey) }],
  [WeakSet.prototype, { brand: 'weak', probe: (self) => weakSetHas(self, probeKey) }],
  [WeakRef.prototype, { brand: 'weak', probe: weakRefDeref }],
  [ArrayBuffer.prototype, { brand: 'buffer', probe: bufferByteLength }],
  [
    typeof SharedArrayBuffer === 'undefined' ? undefined : SharedArrayBuffer.prototype,
    { brand: 'buffer', probe: (self) => sharedByteLength?.(self) },
  ],
  [DataView.prototype, { brand: 'view', probe: viewBuffer }],
  [typedArrayPrototype, { brand: 'typed-array', probe: typedArrayLength }],
  [Number.prototype, { brand: 'boxed', probe: unboxNumber }],
  [String.prototype, { brand: 'boxed', probe: unboxString }],
  [Boolean.prototype, { brand: 'boxed', probe: unboxBoolean }],
  [BigInt.prototype, { brand: 'boxed', probe: unboxBigInt }],
  [Symbol.prototype, { brand: 'boxed', probe: unboxSymbol }],
  [iteratorPrototype, { brand: 'iterator' }],
  [asyncIteratorPrototype, { brand: 'iterator' }],
];

const knownByPrototype = new MapOf<object, Known>();
for (let index = 0; index < KNOWN.length; index++) {
  const row = KNOWN[index];
  const prototype = row?.[0];
  if (row !== undefined && prototype !== null && prototype !== undefined) mapSet(knownByPrototype, prototype, row[1]);
}

/** A chain longer than this is a Proxy making it up. */
const MAX_CHAIN = 256;

export function brandOf(value: object): Brand {
  if (isArray(value)) return 'array';
  let prototype = getPrototypeOf(value);
  for (let step = 0; prototype !== null && step < MAX_CHAIN; step++) {
    const known = mapGet(knownByPrototype, prototype);
    if (known !== undefined) return confirm(value, known);
    prototype = getPrototypeOf(prototype);
  }
  return 'object';
}

function confirm(value: object, known: Known): Brand {
  if (known.probe === undefined) return known.brand;
  try {
    known.probe(value);
    return known.brand;
  } catch {
    return 'hollow';
  }
}

/** The primitive in a `new Number(…)` and its kin; for the brand `boxed` only. */
export function unbox(value: object): unknown {
  const unboxers = [unboxNumber, unboxString, unboxBoolean, unboxBigInt, unboxSymbol];
  for (let index = 0; index < unboxers.length; index++) {
    try {
      return unboxers[index]?.(value);
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

const isoMethod: unknown = Date.prototype.toISOString;

/** True where JSON.stringify would write an object with the prototype of dates as they are written here. */
export function isUsualDate(value: object): boolean {
  const { toJSON, toISOString } = value as { toJSON?: unknown; toISOString?: unknown };
  return toJSON === dateToJson && toISOString === isoMethod;
}

/** Undefined for a date that is none. */
export function isoText(date: object): string | undefined {
  const time = dateTime(date);
  return time - time === 0 ? dateToIso(date) : undefined;
}

/** Not the `flags` getter, which reads properties that a program may have put on the expression. */
export function regExpFlags(value: object): string {
  let flags = '';
  for (let index = 0; index < REGEXP_FLAGS.length; index++) {
    const row = REGEXP_FLAGS[index];
    if (row?.[1](value)) flags += row[0];
  }
  return flags;
}

export function regExpText(value: object): string {
  return `/${regExpSource(value)}/${regExpFlags(value)}`;
}
