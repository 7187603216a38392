/**
 * What the guest needs of the language, captured while this module loads, which is before any program runs. Used by
 * everything in guest/ and web/. A program may replace every builtin afterwards; nothing here changes with it.
 *
 * The rules that go with it, for all code that runs beside a program: no method call on a value a program could have
 * touched, no for-of, array spread or array destructuring (they run `Array.prototype[Symbol.iterator]`), no `instanceof`, no
 * `await`, no `push` or index write on an ordinary array (a setter on `Array.prototype` would see it: use `createList`),
 * no descriptor or option object with a prototype (`get` on `Object.prototype` would be read).
 */

/** `method` as a function of its receiver: `uncurry(Map.prototype.get)(map, key)`. */
export const uncurry: <Self, Args extends readonly unknown[], Result>(
  method: (this: Self, ...args: Args) => Result,
) => (self: Self, ...args: Args) => Result = Function.prototype.bind.bind(Function.prototype.call);

/** The getter of an accessor property, as a function of its receiver. */
export function uncurryGetter<Result>(owner: object, key: PropertyKey): (self: object) => Result {
  const getter = Object.getOwnPropertyDescriptor(owner, key)?.get;
  if (getter === undefined) throw new TypeError(`The language has no accessor ${String(key)} here.`);
  return uncurry(getter) as (self: object) => Result;
}

export const {
  apply,
  construct,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
  setPrototypeOf,
} = Reflect;
export const objectKeys = Object.keys;
export const objectCreate = Object.create as (prototype: object | null) => object;
export const objectFreeze = Object.freeze;
export const hasOwn = Object.hasOwn;
export const isArray: (value: unknown) => value is readonly unknown[] = Array.isArray;
export const isView = ArrayBuffer.isView;
/** True for what `JSON.rawJSON` makes; newer than the types of the language we compile against. */
export const isRawJson: (value: unknown) => boolean =
  (JSON as { isRawJSON?: (value: unknown) => boolean }).isRawJSON ?? (() => false);
export const jsonParse = JSON.parse as (text: string) => unknown;
export const jsonStringify = JSON.stringify as (value: unknown) => string | undefined;

export const objectPrototype = Object.prototype;
export const arrayPrototype = Array.prototype as readonly unknown[];
export const functionPrototype: object = Function.prototype;

export const MapOf = Map;
export const SetOf = Set;
export const ErrorOf = Error;
export const TypeErrorOf = TypeError;
export const RangeErrorOf = RangeError;
export const PromiseOf = Promise;
export const Uint8ArrayOf = Uint8Array;
export const ArrayBufferOf = ArrayBuffer;
export const DataViewOf = DataView;
export const DateOf = Date;
export const RegExpOf = RegExp;
export const objectOf = Object as (value: unknown) => unknown;
export const toNumberOf = Number;
export const parseIntOf = parseInt;
export const parseFloatOf = parseFloat;

export const { floor, max, min, random, trunc } = Math;

/** Each is safe to read later too, but for the name `Symbol` itself. */
export const iteratorId: typeof Symbol.iterator = Symbol.iterator;
export const asyncIteratorId: typeof Symbol.asyncIterator = Symbol.asyncIterator;
export const toStringTagId: typeof Symbol.toStringTag = Symbol.toStringTag;

export const stringFromCodePoint = String.fromCodePoint;
export const stringFromCharCode = String.fromCharCode;
export const stringCharCodeAt = uncurry(String.prototype.charCodeAt);
export const stringCodePointAt = uncurry(String.prototype.codePointAt);
export const stringEndsWith = uncurry(String.prototype.endsWith) as (text: string, end: string) => boolean;
export const stringIncludes = uncurry(String.prototype.includes) as (text: string, part: string) => boolean;
export const stringIndexOf = uncurry(String.prototype.indexOf);
export const stringLastIndexOf = uncurry(String.prototype.lastIndexOf);
export const stringNormalize = uncurry(String.prototype.normalize as (this: string, form: string) => string);
export const stringPadEnd = uncurry(String.prototype.padEnd);
export const stringRepeat = uncurry(String.prototype.repeat);
export const stringSlice = uncurry(String.prototype.slice);
export const stringStartsWith = uncurry(String.prototype.startsWith) as (text: string, start: string) => boolean;
export const stringToLowerCase = uncurry(String.prototype.toLowerCase);
export const stringToUpperCase = uncurry(String.prototype.toUpperCase);
export const stringTrim = uncurry(String.prototype.trim);
export const stringToWellFormed = uncurry(String.prototype.toWellFormed);
export const numberToString = uncurry(Number.prototype.toString);
export const numberToFixed = uncurry(Number.prototype.toFixed);
export const symbolToString = uncurry(Symbol.prototype.toString);
export const functionToString = uncurry(Function.prototype.toString);
/** Never `test`, `match` or `replace`: they look up `exec` on the expression, where a program may have put its own. */
export const regExpExec = uncurry(RegExp.prototype.exec);

/** Splits at a fixed separator; the list has no prototype. */
export function splitText(text: string, separator: string): string[] {
  const parts = createList<string>();
  let start = 0;
  for (let at = stringIndexOf(text, separator); at !== -1; at = stringIndexOf(text, separator, start)) {
    append(parts, stringSlice(text, start, at));
    start = at + separator.length;
  }
  append(parts, stringSlice(text, start));
  return parts;
}

/** An array that no program can reach into through `Array.prototype`. It has no methods: use `append` and an index. */
export function createList<Item>(): Item[] {
  const list: Item[] = [];
  setPrototypeOf(list, null);
  return list;
}

export function append<Item>(list: Item[], item: Item): void {
  list[list.length] = item;
}

/** The strings of a list joined; no element may be anything but a string. */
export function joinTexts(list: readonly string[], separator: string): string {
  let text = '';
  for (let index = 0; index < list.length; index++) text += index === 0 ? list[index] : separator + list[index];
  return text;
}

/** `Reflect.defineProperty` of a plain data property, with a descriptor that inherits nothing. */
export function defineValue(target: object, key: PropertyKey, value: unknown, enumerable = true): boolean {
  const descriptor = { __proto__: null, value, writable: true, enumerable, configurable: true };
  return defineProperty(target, key, descriptor as PropertyDescriptor);
}

const rejectOf = Promise.reject;
/** Leaves a rejection that nobody handles: the way to report an error that no caller is there to catch. */
export function reportError(error: unknown): void {
  apply(rejectOf, PromiseOf, [error]);
}

export const mapGet = uncurry(Map.prototype.get) as <Key, Value>(
  map: ReadonlyMap<Key, Value>,
  key: Key,
) => Value | undefined;
export const mapSet = uncurry(Map.prototype.set) as <Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value,
) => unknown;
export const mapHas = uncurry(Map.prototype.has) as <Key>(map: ReadonlyMap<Key, unknown>, key: Key) => boolean;
export const mapDelete = uncurry(Map.prototype.delete) as <Key>(map: Map<Key, unknown>, key: Key) => boolean;
export const mapForEach = uncurry(Map.prototype.forEach) as <Key, Value>(
  map: ReadonlyMap<Key, Value>,
  visit: (value: Value, key: Key) => void,
) => void;
export const mapSize = uncurryGetter<number>(Map.prototype, 'size');
export const setAdd = uncurry(Set.prototype.add) as <Item>(set: Set<Item>, item: Item) => unknown;
export const setHas = uncurry(Set.prototype.has) as <Item>(set: ReadonlySet<Item>, item: Item) => boolean;
export const setForEach = uncurry(Set.prototype.forEach) as <Item>(
  set: ReadonlySet<Item>,
  visit: (item: Item) => void,
) => void;
export const setSize = uncurryGetter<number>(Set.prototype, 'size');
/** Reads `constructor` of the promise, so only for promises that a program never had in hand. */
export const promiseThen = uncurry(Promise.prototype.then) as (
  promise: Promise<unknown>,
  onValue: (value: unknown) => unknown,
  onError: (error: unknown) => unknown,
) => Promise<unknown>;
