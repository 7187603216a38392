/**
 * Schemas that are easy to get wrong, each with values that it takes and values that it refuses for a reason that a
 * type can tell. Values that only a validator can tell apart (ranges, patterns, oneOf's exclusivity) are not here.
 */

export interface TortureCase {
  readonly title: string;
  readonly schema: Record<string, unknown>;
  readonly valid: readonly unknown[];
  readonly invalid: readonly unknown[];
  readonly draft?: '07';
}

const string = { type: 'string' };
const number = { type: 'number' };
const closed = { additionalProperties: false };
const object = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
});
const proto = (json: string): unknown => JSON.parse(json);

const scalars: readonly TortureCase[] = [
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

const arrays: readonly TortureCase[] = [
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

const objects: readonly TortureCase[] = [
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

const combined: readonly TortureCase[] = [
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

const node = object({ value: number, children: { type: 'array', items: { $ref: '#/$defs/Node' } } }, ['value']);
const references: readonly TortureCase[] = [
  {
    title: 'a recursive definition',
    schema: { $ref: '#/$defs/Node', $defs: { Node: node } },
    valid: [{ value: 1, children: [{ value: 2 }] }],
    invalid: [{}, { value: 1, children: [{ value: '' }] }, { value: 1, children: [1] }],
  },
  {
    title: 'a recursive root',
    schema: object({ name: string, parent: { $ref: '#' } }, ['name']),
    valid: [{ name: '', parent: { name: '' } }],
    invalid: [
      { name: '', parent: {} },
      { name: '', parent: { name: '', parent: { name: 1 } } },
    ],
  },
  {
    title: 'mutual recursion through unions',
    schema: {
      $ref: '#/$defs/A',
      $defs: {
        A: { anyOf: [string, { type: 'array', items: { $ref: '#/$defs/B' } }] },
        B: { anyOf: [number, object({ a: { $ref: '#/$defs/A' } })] },
      },
    },
    valid: ['x', [1, { a: [{ a: 'x' }] }]],
    invalid: [1, ['x'], [{ a: 1 }]],
  },
  {
    title: 'any JSON value, said in full',
    schema: {
      $ref: '#/$defs/json',
      $defs: {
        json: {
          anyOf: [
            string,
            number,
            { type: 'boolean' },
            { type: 'null' },
            { type: 'array', items: { $ref: '#/$defs/json' } },
            { type: 'object', additionalProperties: { $ref: '#/$defs/json' } },
          ],
        },
      },
    },
    valid: ['x', [1, { a: [null, true] }]],
    invalid: [],
  },
  {
    title: 'a pointer to a property',
    schema: object({ a: object({ x: number }), b: { $ref: '#/properties/a' } }),
    valid: [{ a: { x: 1 }, b: { x: 2 } }],
    invalid: [{ a: { x: 1 }, b: { x: '' } }],
  },
  {
    title: 'escapes in pointers',
    schema: {
      ...object({ a: { $ref: '#/$defs/x~1y~0z' }, b: { $ref: '#/$defs/p%20q' } }),
      $defs: { 'x/y~z': number, 'p q': string },
    },
    valid: [{ a: 1, b: '' }],
    invalid: [
      { a: '', b: '' },
      { a: 1, b: 1 },
    ],
  },
  {
    title: 'a pointer into a list',
    schema: {
      ...object({ a: { $ref: '#/$defs/list/prefixItems/1' } }),
      $defs: { list: { prefixItems: [string, object({ x: number })] } },
    },
    valid: [{ a: { x: 1 } }],
    invalid: [{ a: 'x' }],
  },
  {
    title: 'an anchor',
    schema: { ...object({ a: { $ref: '#here' } }), $defs: { x: { $anchor: 'here', type: 'number' } } },
    valid: [{ a: 1 }],
    invalid: [{ a: '' }],
  },
  {
    title: 'a dynamic reference',
    schema: { $dynamicAnchor: 'tree', ...object({ value: number, next: { $dynamicRef: '#tree' } }, ['value']) },
    valid: [{ value: 1, next: { value: 2 } }],
    invalid: [{ value: 1, next: {} }],
  },
  {
    title: 'an embedded schema by its $id',
    schema: {
      $id: 'https://example.test/root',
      ...object({ a: { $ref: 'https://example.test/leaf' } }),
      $defs: {
        leaf: {
          $id: 'https://example.test/leaf',
          ...object({ b: { $ref: '#/$defs/inner' } }),
          $defs: { inner: number },
        },
        inner: string,
      },
    },
    valid: [{ a: { b: 1 } }],
    invalid: [{ a: { b: '' } }, { a: {} }],
  },
  {
    title: 'siblings of a reference',
    schema: { $ref: '#/$defs/Base', ...object({ b: number }), $defs: { Base: object({ a: string }) } },
    valid: [{ a: '', b: 1 }],
    invalid: [{ a: '' }, { b: 1 }],
  },
  {
    title: 'what only objects can have, beside a reference to something else',
    schema: { $ref: '#/$defs/Name', additionalProperties: false, $defs: { Name: string } },
    valid: ['a'],
    invalid: [1, null],
  },
  {
    title: 'definitions of draft-07',
    schema: {
      ...object({ a: { $ref: '#/definitions/Even' } }),
      definitions: { Even: object({ n: { type: 'integer' } }) },
    },
    valid: [{ a: { n: 2 } }],
    invalid: [{ a: { n: '' } }],
    draft: '07',
  },
  {
    title: 'a definition named like a built-in type',
    schema: {
      ...object({ a: { $ref: '#/$defs/Promise' }, b: { $ref: '#/$defs/string' } }),
      $defs: { Promise: object({ x: number }), string: object({ y: number }) },
    },
    valid: [{ a: { x: 1 }, b: { y: 1 } }],
    invalid: [{ a: {}, b: { y: 1 } }],
  },
];

export const TORTURE_CASES: readonly TortureCase[] = [...scalars, ...arrays, ...objects, ...combined, ...references];
