/** Schemas that are combined, with themselves or with conditions. */
import { number, object, string, type TortureCase } from './torture-case.ts';

export const combined: readonly TortureCase[] = [
  {
    title: 'anyOf beside allOf',
    schema: { allOf: [object({ a: string })], anyOf: [object({ b: number }), object({ c: number })] },
    valid: [
      { a: '', b: 1 },
      { a: '', c: 1 },
    ],
    invalid: [{ a: '' }, { b: 1 }],
  },
  {
    title: 'anyOf inside allOf',
    schema: { allOf: [{ anyOf: [object({ a: string }), { type: 'null' }] }, { type: ['object', 'null'] }] },
    valid: [{ a: '' }, null],
    invalid: [{}, 1],
  },
  {
    title: 'properties beside anyOf of required',
    schema: { ...object({ a: string, b: string }, []), anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    valid: [{ a: '' }, { b: '' }, { a: '', b: '' }],
    invalid: [{}, { a: 1 }],
  },
  {
    title: 'a discriminated union',
    schema: { oneOf: [object({ kind: { const: 'a' }, x: number }), object({ kind: { const: 'b' }, y: string })] },
    valid: [
      { kind: 'a', x: 1 },
      { kind: 'b', y: '' },
    ],
    invalid: [{ kind: 'a', y: '' }, { kind: 'c' }],
  },
  {
    title: 'a type narrowed by anyOf',
    schema: { type: 'string', anyOf: [{ enum: ['a'] }, { enum: ['b'] }, { const: 1 }] },
    valid: ['a', 'b'],
    invalid: ['c', 1],
  },
  {
    title: 'a type beside looser combinators',
    schema: { type: 'string', anyOf: [{ minLength: 1 }, { pattern: 'x' }], not: { const: 'q' } },
    valid: ['a'],
    invalid: [1, null],
  },
  {
    title: 'a nullable object beside anyOf',
    schema: {
      type: ['object', 'null'],
      properties: { a: string, b: string },
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
    },
    valid: [{ a: '' }, null],
    invalid: [{}, 1],
  },
  { title: 'combinators that contradict', schema: { allOf: [string, number] }, valid: [], invalid: ['x', 1] },
  {
    title: 'an array of oneOf with null',
    schema: { type: 'array', items: { oneOf: [string, { type: 'null' }] } },
    valid: [['a', null]],
    invalid: [[1]],
  },
  {
    title: 'not, which types cannot say',
    schema: { type: 'object', properties: { a: { not: string } }, not: { required: ['b'] } },
    valid: [{}, { a: 1 }],
    invalid: [1],
  },
  {
    title: 'if, then, else',
    schema: {
      ...object({ kind: { enum: ['a', 'b'] } }),
      if: { properties: { kind: { const: 'a' } } },
      // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
      then: { properties: { x: number }, required: ['x'] },
      else: { properties: { y: string } },
    },
    valid: [{ kind: 'a', x: 1 }, { kind: 'b', y: '' }, { kind: 'b' }],
    invalid: [{ kind: 'c' }, { x: 1 }],
  },
  {
    title: 'dependentSchemas',
    schema: { ...object({ a: string }, []), dependentSchemas: { a: { properties: { b: number }, required: ['b'] } } },
    valid: [{}, { a: '', b: 1 }],
    invalid: [{ a: 1 }],
  },
  {
    title: 'boolean members',
    schema: { allOf: [true, object({ a: string })], anyOf: [false, object({ b: number })] },
    valid: [{ a: '', b: 1 }],
    invalid: [{ a: '' }, { b: 1 }],
  },
  {
    title: 'an intersection of many unions',
    schema: {
      allOf: Array.from({ length: 6 }, (_, group) => ({
        anyOf: Array.from({ length: 20 }, (_, index) => object({ [`k${group}_${index}`]: string })),
      })),
    },
    valid: [Object.fromEntries(Array.from({ length: 6 }, (_, group) => [`k${group}_0`, 'x']))],
    invalid: [1, {}],
  },
];
