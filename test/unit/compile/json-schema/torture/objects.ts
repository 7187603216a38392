/** Objects: what is declared, what is required, what else may be there, and names. */
import { closed, number, object, proto, string, type TortureCase } from './torture-case.ts';

export const objects: readonly TortureCase[] = [
  {
    title: 'nested objects',
    schema: object({ a: object({ b: object({ c: string }) }) }),
    valid: [{ a: { b: { c: 'x' } } }],
    invalid: [{ a: { b: {} } }, { a: { b: { c: 1 } } }, {}],
  },
  {
    title: 'optional properties',
    schema: object({ a: string, b: number }, ['a']),
    valid: [{ a: '' }, { a: '', b: 1 }],
    invalid: [{ b: 1 }, { a: '', b: '' }],
  },
  {
    title: 'required but undeclared',
    schema: { type: 'object', properties: { a: string }, required: ['b'] },
    valid: [{ b: 1 }, { a: '', b: null }],
    invalid: [{ a: '' }, { a: 1, b: 1 }],
  },
  {
    title: 'no properties at all',
    schema: { type: 'object', ...closed },
    valid: [{}],
    invalid: [{ a: 1 }, 1, 'x', null],
  },
  { title: 'any object', schema: { type: 'object' }, valid: [{}, { a: 1 }], invalid: [1, 'x', null] },
  {
    title: 'a record',
    schema: { type: 'object', additionalProperties: { type: ['number', 'null'] } },
    valid: [{}, { x: 1, y: null }],
    invalid: [{ x: '' }, 'x'],
  },
  {
    title: 'open on purpose',
    schema: { ...object({ a: string }), additionalProperties: true },
    valid: [{ a: '', z: [] }],
    invalid: [{ z: 1 }, { a: 1 }],
  },
  {
    title: 'properties that do not fit the rest',
    schema: { ...object({ a: string, b: object({ c: number }) }, ['a']), additionalProperties: number },
    valid: [
      { a: '', x: 1 },
      { a: '', b: { c: 1 } },
    ],
    invalid: [{ a: 1 }, { a: '', x: true }, { a: '', b: 1 }],
  },
  {
    title: 'a closed record',
    schema: { type: 'object', propertyNames: { enum: ['x', 'y'] }, additionalProperties: number, required: ['x'] },
    valid: [{ x: 1 }, { x: 1, y: 2 }],
    invalid: [{ y: 1 }, { x: '' }, { x: 1, z: 1 }],
  },
  {
    title: 'patternProperties',
    schema: { type: 'object', patternProperties: { '^a': number, '^b': string }, ...closed },
    valid: [{ a1: 1, b1: '' }],
    invalid: [{ a1: true }, { b1: null }],
  },
  {
    title: 'a property that must not be',
    schema: object({ a: string, b: false }, ['a']),
    valid: [{ a: '' }],
    invalid: [{ a: '', b: 1 }],
  },
  {
    title: 'an object without its type',
    schema: { properties: { a: string }, required: ['a'] },
    valid: [{ a: '' }],
    invalid: [{ a: 1 }, {}],
  },
  {
    title: 'hostile property names',
    schema: object({
      'a"b': number,
      'c\nd': number,
      '*/': number,
      '`${x}`': number,
      '': number,
      '1': number,
      '\u2028': number,
      '\u{1f600}': number,
      class: number,
      new: number,
      constructor: number,
      'x?': number,
    }),
    valid: [
      {
        'a"b': 1,
        'c\nd': 1,
        '*/': 1,
        '`${x}`': 1,
        '': 1,
        '1': 1,
        '\u2028': 1,
        '\u{1f600}': 1,
        class: 1,
        new: 1,
        constructor: 1,
        'x?': 1,
      },
    ],
    invalid: [{ 'a"b': 1 }],
  },
  {
    title: 'modifiers as property names',
    schema: object(
      { get: number, set: number, readonly: number, static: number, async: number, type: number, in: number },
      [],
    ),
    valid: [{ get: 1, set: 1, readonly: 1, static: 1, async: 1, type: 1, in: 1 }, {}],
    invalid: [{ get: '' }, { readonly: '' }],
  },
  {
    title: 'a property named __proto__',
    schema: proto(
      '{"type":"object","properties":{"__proto__":{"type":"number"},"a":{"type":"string"}},"required":["a"]}',
    ) as Record<string, unknown>,
    valid: [{ a: '' }, proto('{"a":"","__proto__":1}')],
    invalid: [{ a: 1 }, {}],
  },
  {
    title: 'a property of 10,000 characters',
    schema: object({ ['long'.repeat(2_500)]: string }),
    valid: [{ ['long'.repeat(2_500)]: '' }],
    invalid: [{ ['long'.repeat(2_500)]: 1 }, {}],
  },
];
