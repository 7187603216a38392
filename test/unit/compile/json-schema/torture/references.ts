/** References, recursion among them. */
import { number, object, string, type TortureCase } from './torture-case.ts';

const node = object({ value: number, children: { type: 'array', items: { $ref: '#/$defs/Node' } } }, ['value']);
export const references: readonly TortureCase[] = [
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
