/** Scalars and arrays. */
import { number, object, string, type TortureCase } from './torture-case.ts';

export const scalars: readonly TortureCase[] = [
  { title: 'a string', schema: string, valid: ['', 'x'], invalid: [1, null, {}, []] },
  { title: 'an integer', schema: { type: 'integer' }, valid: [0, -3], invalid: ['1', true] },
  { title: 'null alone', schema: { type: 'null' }, valid: [null], invalid: [0, {}, 'null'] },
  { title: 'a list of types', schema: { type: ['string', 'null'] }, valid: ['', null], invalid: [1, []] },
  { title: 'nullable', schema: { type: 'string', nullable: true }, valid: ['', null], invalid: [1] },
  { title: 'a const string', schema: { const: 'a"\\b' }, valid: ['a"\\b'], invalid: ['a', 1] },
  {
    title: 'a const object',
    schema: { const: { a: [1, null], b: 'x' } },
    valid: [{ a: [1, null], b: 'x' }],
    invalid: [{ a: [2, null], b: 'x' }, { b: 'x' }],
  },
  { title: 'a const null', schema: { const: null }, valid: [null], invalid: ['null', 0] },
  {
    title: 'a mixed enum',
    schema: { enum: ['a', 1, null, false, [1]] },
    valid: ['a', 1, null, false, [1]],
    invalid: ['b', 2, true, [2]],
  },
  { title: 'an enum narrowed by a type', schema: { type: 'string', enum: ['a', 1] }, valid: ['a'], invalid: [1, 'b'] },
  { title: 'an enum that repeats itself', schema: { enum: [-1, 1e21, -1] }, valid: [-1, 1e21], invalid: [1] },
  { title: 'a schema that takes nothing', schema: { not: {} }, valid: [], invalid: ['x', 1, null, {}] },
  { title: 'a schema that takes everything', schema: {}, valid: ['x', 1, null, {}, []], invalid: [] },
];
export const arrays: readonly TortureCase[] = [
  {
    title: 'an array of unions',
    schema: { type: 'array', items: { type: ['string', 'number'] } },
    valid: [[], ['a', 1]],
    invalid: [[true], 'a', 1],
  },
  {
    title: 'an array of arrays of enums',
    schema: { type: 'array', items: { type: 'array', items: { enum: ['a', 'b'] } } },
    valid: [[['a'], []]],
    invalid: [['a'], [['c']]],
  },
  {
    title: 'an array of intersections',
    schema: { type: 'array', items: { allOf: [object({ a: string }), object({ b: number })] } },
    valid: [[{ a: '', b: 1 }]],
    invalid: [[{ a: '' }], [{ b: 1 }]],
  },
  {
    title: 'a closed tuple',
    schema: { type: 'array', prefixItems: [string, number], items: false, minItems: 2 },
    valid: [['a', 1]],
    invalid: [['a'], [1, 'a'], ['a', 1, 2]],
  },
  {
    title: 'a tuple with optional elements',
    schema: { type: 'array', prefixItems: [string, { type: ['number', 'null'] }], items: false, minItems: 1 },
    valid: [['a'], ['a', null]],
    invalid: [[], [1], ['a', 'b']],
  },
  {
    title: 'a tuple with a typed rest',
    schema: { type: 'array', prefixItems: [string], items: { type: ['boolean', 'null'] }, minItems: 1 },
    valid: [['a'], ['a', true, null]],
    invalid: [['a', 1], []],
  },
  {
    title: 'a tuple with an open rest',
    schema: { type: 'array', prefixItems: [string] },
    valid: [[], ['a'], ['a', 1, {}]],
    invalid: [[1]],
  },
  {
    title: 'a tuple closed by maxItems',
    schema: { type: 'array', prefixItems: [string, number], maxItems: 1 },
    valid: [[], ['a']],
    invalid: [['a', 1]],
  },
  {
    title: 'a draft-07 tuple',
    schema: { type: 'array', items: [string, number], additionalItems: false },
    valid: [[], ['a'], ['a', 1]],
    invalid: [[1], ['a', 1, 2]],
    draft: '07',
  },
  {
    title: 'a draft-07 tuple with a rest',
    schema: { type: 'array', items: [string], additionalItems: number, minItems: 1 },
    valid: [['a', 1, 2]],
    invalid: [['a', 'b'], []],
    draft: '07',
  },
  { title: 'an array that may hold nothing', schema: { type: 'array', items: false }, valid: [[]], invalid: [['a']] },
  {
    title: 'an array with a length',
    schema: { type: 'array', items: number, minItems: 2, maxItems: 2 },
    valid: [[1, 2]],
    invalid: [['a', 'b']],
  },
];
