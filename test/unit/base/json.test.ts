import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentHash,
  depthOf,
  hasMoreMembers,
  isJsonObject,
  type Json,
  parseJson,
  stableStringify,
} from '../../../src/base/json.ts';

const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }) as fc.Arbitrary<Json>;
/** Texts with lone surrogates and everything else that a JavaScript string can hold. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reversed(child)]),
  );
}

describe('isJsonObject', () => {
  it.each([[{}], [{ a: 1 }], [Object.create(null)]])('takes an object: %#', (value) => {
    expect(isJsonObject(value)).toBe(true);
  });
  it.each([null, [], [{}], 'text', 1, true, undefined, () => {}])('takes nothing else: %#', (value) => {
    expect(isJsonObject(value)).toBe(false);
  });
});

describe('parseJson', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
  it('is undefined for what is no JSON, and never throws', () => {
    for (const text of ['', ' ', '{', "{'a':1}", 'undefined', 'NaN', '01', '{"a":1}x', '\ufeff1', '[1,]']) {
      expect(parseJson(text), text).toBeUndefined();
    }
    fc.assert(fc.property(anyText, (text) => void parseJson(text)));
  });
  it('keeps a key __proto__ as a key of its own', () => {
    const value = parseJson('{"__proto__":{"x":1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('stableStringify', () => {
  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(stableStringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
  it('gives the same text whatever order the keys were written in', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(stableStringify(reversed(value))).toBe(stableStringify(value));
      }),
    );
  });
  it('gives different texts for different values', () => {
    fc.assert(
      fc.property(json, json, (left, right) => {
        const isSame = isDeepStrictEqual(JSON.parse(JSON.stringify(left)), JSON.parse(JSON.stringify(right)));
        expect(stableStringify(left) === stableStringify(right)).toBe(isSame);
      }),
    );
  });
  it('writes keys that a prototype has like any other', () => {
    const value = JSON.parse('{"toString":1,"__proto__":{"b":2,"a":1},"constructor":null}') as Json;
    expect(stableStringify(value)).toBe('{"__proto__":{"a":1,"b":2},"constructor":null,"toString":1}');
  });
});

describe('contentHash', () => {
  it('is a SHA-256 in hexadecimal', () => {
    fc.assert(
      fc.property(fc.array(anyText), (parts) => {
        expect(contentHash(...parts)).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });
  it('is equal for equal parts, and for no others', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 3 }), fc.array(anyText, { maxLength: 3 }), (left, right) => {
        const isEqual = left.length === right.length && left.every((part, index) => part === right[index]);
        expect(contentHash(...left) === contentHash(...right)).toBe(isEqual);
        expect(contentHash(...left)).toBe(contentHash(...left));
      }),
    );
  });
  it('changes where text moves from one part to the next', () => {
    const hashes = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['1:a', '']].map((parts) =>
      contentHash(...parts),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
  });
  it('tells a lone surrogate from what UTF-8 would put in its place', () => {
    expect(contentHash('\ud800')).not.toBe(contentHash('\ufffd'));
    expect(contentHash('\ud800')).not.toBe(contentHash('\udc00'));
  });
});

describe('depthOf', () => {
  it.each<[Json, number]>([
    [1, 0],
    ['text', 0],
    [null, 0],
    [[], 1],
    [{}, 1],
    [{ a: [] }, 2],
    [[1, [2], { a: { b: 3 } }], 3],
  ])('counts levels of nesting: %#', (value, depth) => {
    expect(depthOf(value)).toBe(depth);
  });
  it('is one more for a value in a list or an object', () => {
    fc.assert(
      fc.property(json, json, (value, other) => {
        const deeper = 1 + Math.max(depthOf(value), depthOf(other));
        expect(depthOf([value, other])).toBe(deeper);
        expect(depthOf({ value, other })).toBe(deeper);
      }),
    );
  });
  it('stops looking at the depth asked for, and says at least that', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 8 }), (value, stopAt) => {
        expect(depthOf(value, stopAt)).toBe(Math.min(depthOf(value), stopAt));
      }),
    );
  });
  it('survives any depth that JSON.parse survives', () => {
    const levels = 200_000;
    const deep = JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json;
    expect(depthOf(deep)).toBe(levels);
    expect(depthOf(deep, 10)).toBe(10);
  });
});

describe('hasMoreMembers', () => {
  it('counts members and items at every level, and stops where there are more', () => {
    const value = { a: [1, 2, { b: 3 }], c: null, d: {} };
    expect([hasMoreMembers(value, 6), hasMoreMembers(value, 7)]).toEqual([true, false]);
    expect([hasMoreMembers(7, 0), hasMoreMembers([], 0), hasMoreMembers([0], 0)]).toEqual([false, false, true]);
    expect(hasMoreMembers(new Array(1e6).fill(0), 10_000)).toBe(true);
  });
});
