/**
 * The fast path of the renderer: plain data goes to JSON.stringify in one piece, after a scan that makes sure that the
 * answer will be the documented one. Anything the scan does not know for plain is left to render-exact.ts.
 *
 * Both together cost about 1.4 times JSON.stringify alone. A getter of the program's runs twice on this path.
 */
import {
  arrayPrototype,
  getPrototypeOf,
  isArray,
  isRawJson,
  jsonStringify,
  objectKeys,
  objectPrototype,
  stringIncludes,
} from '../intrinsics.ts';
import { datePrototype, isUsualDate } from '../values/brand.ts';
import { utf8Length } from '../values/text.ts';

export type PlainRendering =
  | { kind: 'json'; text: string }
  | { kind: 'too-large'; bytes: number }
  | { kind: 'not-plain' };

const NOT_PLAIN: PlainRendering = { kind: 'not-plain' };

/** Throws only what getters and Proxy traps of the program's throw, and the TypeError of a cycle. */
export function renderPlain(value: unknown, maxBytes: number, maxDepth: number): PlainRendering {
  // Where a program put one of these on a builtin prototype, no data is plain any more.
  if (objectKeys(objectPrototype).length > 0 || 'toJSON' in objectPrototype || 'toJSON' in arrayPrototype)
    return NOT_PLAIN;
  const scan = new Scan(maxBytes, maxDepth);
  if (!scan.isPlain(value, 0)) return NOT_PLAIN;
  if (scan.bytes > maxBytes) return { kind: 'too-large', bytes: scan.bytes };
  const text = jsonStringify(value);
  // An escaped surrogate in the text is a lone one: strings are made well-formed on the exact path.
  if (text === undefined || stringIncludes(text, '\\ud')) return NOT_PLAIN;
  const bytes = text.length > maxBytes || text.length * 3 <= maxBytes ? text.length : utf8Length(text);
  return bytes > maxBytes ? { kind: 'too-large', bytes } : { kind: 'json', text };
}

/** Adds up a lower bound of the bytes of JSON, and stops soon after it is over the limit. */
class Scan {
  bytes = 0;
  readonly #maxBytes: number;
  readonly #maxDepth: number;

  constructor(maxBytes: number, maxDepth: number) {
    this.#maxBytes = maxBytes;
    this.#maxDepth = maxDepth;
  }

  isPlain(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        this.bytes += value.length + 2;
        return true;
      case 'number':
        this.bytes += 1;
        return value - value === 0;
      case 'boolean':
      case 'undefined':
        this.bytes += 4;
        return true;
      case 'object':
        if (value !== null) return depth < this.#maxDepth && this.#isPlainObject(value, depth + 1);
        this.bytes += 4;
        return true;
      default:
        return false;
    }
  }

  #isPlainObject(value: object, depth: number): boolean {
    this.bytes += 1;
    const prototype = getPrototypeOf(value);
    if (prototype === datePrototype) {
      this.bytes += 3;
      return isUsualDate(value);
    }
    if ('toJSON' in value) return false;
    if (isArray(value)) return prototype === arrayPrototype && this.#arePlainItems(value, depth);
    if (prototype !== objectPrototype && (prototype !== null || isRawJson(value))) return false;
    return this.#arePlainMembers(value as Record<string, unknown>, depth);
  }

  #arePlainItems(items: readonly unknown[], depth: number): boolean {
    for (let index = 0; index < items.length && this.bytes <= this.#maxBytes; index++) {
      this.bytes += 1;
      if (!this.isPlain(items[index], depth)) return false;
    }
    return true;
  }

  #arePlainMembers(value: Record<string, unknown>, depth: number): boolean {
    // The prototype has no enumerable keys, or we would not be here: for-in sees own keys only, and is the fastest way.
    for (const key in value) {
      const member = value[key];
      if (member === undefined) continue;
      this.bytes += key.length + 4;
      if (!this.isPlain(member, depth)) return false;
      if (this.bytes > this.#maxBytes) return true;
    }
    return true;
  }
}
