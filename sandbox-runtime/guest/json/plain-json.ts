/**
 * The fast path of the renderer: plain data goes to JSON.stringify in one piece, after a scan that makes sure that the
 * answer will be the documented one. Anything the scan does not know for plain is left to render-exact.ts.
 *
 * The scan costs a tenth of what JSON.stringify does. A getter of the program's runs twice on this path.
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
const OTHER = -1;

/** Throws only what getters and Proxy traps of the program's throw, and the TypeError of a cycle. */
export function renderPlain(value: unknown, maxBytes: number, maxDepth: number): PlainRendering {
  // Where a program put one of these on a builtin prototype, no data is plain any more.
  if (objectKeys(objectPrototype).length > 0 || 'toJSON' in objectPrototype || 'toJSON' in arrayPrototype)
    return NOT_PLAIN;
  const least = scan(value, maxBytes, maxDepth);
  if (least === OTHER) return NOT_PLAIN;
  if (least > maxBytes) return { kind: 'too-large', bytes: least };
  const text = jsonStringify(value);
  // An escaped surrogate in the text is a lone one: strings are made well-formed on the exact path.
  if (text === undefined || stringIncludes(text, '\\ud')) return NOT_PLAIN;
  const bytes = text.length > maxBytes || text.length * 3 <= maxBytes ? text.length : utf8Length(text);
  return bytes > maxBytes ? { kind: 'too-large', bytes } : { kind: 'json', text };
}

/** A lower bound of the bytes of JSON, which stops growing once it is over `maxBytes`; or OTHER. */
function scan(top: unknown, maxBytes: number, maxDepth: number): number {
  let bytes = 0;

  function isPlain(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        bytes += value.length + 2;
        return true;
      case 'number':
        bytes += 1;
        return value - value === 0;
      case 'boolean':
      case 'undefined':
        bytes += 4;
        return true;
      case 'object':
        if (value !== null) return depth < maxDepth && isPlainContainer(value, depth + 1);
        bytes += 4;
        return true;
      default:
        return false;
    }
  }

  function isPlainContainer(value: object, depth: number): boolean {
    bytes += 1;
    const prototype = getPrototypeOf(value);
    if (prototype === datePrototype) {
      bytes += 4;
      return isUsualDate(value);
    }
    if ('toJSON' in value) return false;
    if (isArray(value)) {
      if (prototype !== arrayPrototype) return false;
      for (let index = 0; index < value.length && bytes <= maxBytes; index++) {
        bytes += 1;
        if (!isPlain(value[index], depth)) return false;
      }
      return true;
    }
    const isPlainObject = prototype === objectPrototype || (prototype === null && !isRawJson(value));
    return isPlainObject && arePlainMembers(value as Record<string, unknown>, depth);
  }

  function arePlainMembers(value: Record<string, unknown>, depth: number): boolean {
    // The prototype has no enumerable keys, or we would not be here: for-in sees own keys only, and is the fastest way.
    for (const key in value) {
      const member = value[key];
      if (member === undefined) continue;
      bytes += key.length + 4;
      if (!isPlain(member, depth)) return false;
      if (bytes > maxBytes) return true;
    }
    return true;
  }

  return isPlain(top, 0) ? bytes : OTHER;
}
