import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../../src/base/json.ts';
import { renderDocument } from '../../../../src/compile/json-schema/schema-type.ts';
import { schemaDocument } from './arbitrary-schema.ts';
import { typeErrors } from './type-errors.ts';

/** Two parts of a tool, each with its text and its comments. */
const MAX_CHARS = 250_000;

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const keyed = (count: number, make: (index: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, make(index)]));
const nested = (levels: number, wrap: (inner: unknown) => unknown) => {
  let schema: unknown = { type: 'string' };
  for (let level = 0; level < levels; level += 1) schema = wrap(schema);
  return schema;
};
const refTo = (name: string) => ({ $ref: `#/$defs/${name}` });

const HOSTILE: Readonly<Record<string, unknown>> = {
  'a description of ten megabytes': object(
    { a: { description: 'x*/ '.repeat(2_500_000) } },
    { title: '\u202e'.repeat(1e7) },
  ),
  '100,000 properties': object(keyed(100_000, () => ({ type: 'string', description: 'about it' }))),
  '10,000 levels of objects': nested(10_000, (a) => object({ a })),
  '10,000 levels of arrays': nested(10_000, (items) => ({ type: 'array', items })),
  '10,000 levels of anyOf': nested(10_000, (inner) => ({ anyOf: [inner, { type: 'null' }] })),
  '10,000 levels of allOf': nested(10_000, (inner) => ({ allOf: [inner] })),
  '10,000 levels of not': nested(10_000, (not) => ({ not })),
  '10,000 levels of a const': { const: nested(10_000, (inner) => [inner]) },
  '10,000 levels of a default': { type: 'string', default: nested(10_000, (inner) => ({ inner })) },
  'two to the 24th branches': nested(24, (inner) => ({ anyOf: [inner, inner], allOf: [inner] })),
  '100,000 values': { enum: Array.from({ length: 100_000 }, (_, index) => `value ${index}`) },
  '100,000 members of a const': { const: keyed(100_000, (index) => index) },
  '10,000 elements of a tuple': { prefixItems: Array.from({ length: 10_000 }, () => ({ type: 'string' })) },
  '10,000 patterns': { type: 'object', patternProperties: keyed(10_000, (index) => ({ const: index })) },
  '10,000 choices': {
    anyOf: Array.from({ length: 10_000 }, (_, index) => object({ [`k${index}`]: { const: index } })),
  },
  'an intersection of 200 unions': {
    allOf: Array.from({ length: 200 }, (_, group) => ({
      anyOf: Array.from({ length: 20 }, (_, index) => object({ [`k${group}_${index}`]: { const: index } })),
    })),
  },
  'a property name of a megabyte': object({ ['n'.repeat(1_000_000)]: { type: 'string' } }),
  'a chain of 5,000 references': {
    ...refTo('p0'),
    $defs: keyed(5_000, (index) => object({ a: refTo(`p${index + 1}`) })),
  },
  'a chain of 5,000 bare references': { ...refTo('p0'), $defs: keyed(5_000, (index) => refTo(`p${index + 1}`)) },
  'references from everywhere to everywhere': {
    ...refTo('p0'),
    $defs: keyed(200, () => object(keyed(200, (index) => refTo(`p${index}`)))),
  },
  'circles through every union': {
    ...refTo('p0'),
    $defs: keyed(200, () => ({ anyOf: Array.from({ length: 200 }, (_, index) => refTo(`p${index}`)) })),
  },
  'references to one huge enum': object(
    keyed(1_900, () => refTo('huge')),
    {
      $defs: { huge: { enum: Array.from({ length: 20_000 }, (_, index) => `v${index}`) } },
    },
  ),
  'references to one huge default': object(
    keyed(1_900, () => refTo('huge')),
    {
      $defs: { huge: { type: 'string', default: Array.from({ length: 30_000 }, (_, index) => index) } },
    },
  ),
  'a reference of a megabyte': { $ref: `#/${'a/'.repeat(500_000)}` },
  '50,000 anchors': object(
    keyed(1_000, (index) => ({ $ref: `#a${index}` })),
    {
      $defs: keyed(50_000, (index) => ({ $anchor: `a${index}`, type: 'string' })),
    },
  ),
};

/** Keywords with values that make no sense, in every place where one is read. */
const NONSENSE = [
  null,
  [],
  'x',
  1,
  { $ref: 1 },
  { $ref: '#/%E0%' },
  { $ref: '#/constructor' },
  { $ref: '#/allOf/length', allOf: [] },
  { $ref: 'http://169.254.169.254/latest' },
  { $ref: 'file:///etc/passwd' },
  { $defs: null, $ref: '#/$defs/a' },
  { type: 'file' },
  { type: ['string', 'nope'] },
  { type: [] },
  { type: 1, properties: [] },
  { type: 'object', properties: { a: null, b: 1, c: 'x', d: [] }, required: 'a' },
  { type: 'object', required: [1, null, '__proto__', 'a', 'a'] },
  { type: 'array', items: 1, minItems: -1, maxItems: 'x' },
  { type: 'array', prefixItems: [{}, {}], minItems: 5, maxItems: 1 },
  { enum: [] },
  { enum: 'x' },
  { const: undefined },
  { anyOf: [] },
  { allOf: 'x', oneOf: {} },
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
  { if: true, then: 1, dependentSchemas: 2, dependencies: { a: ['b'] } },
  { type: 'string', minLength: -1, multipleOf: 0, maximum: 'x', format: {}, pattern: '(', description: 1, title: [] },
];

const render = (schema: unknown, style: 'full' | 'line' = 'full') => {
  const options = {
    style,
    word: 'unknown',
    rootName: 'Root',
    namespace: 'Space.',
    names: new Set<string>(),
    indent: '',
  } as const;
  const { type, namedTypes } = renderDocument(schema as Json, options);
  return { type: type.text, namedTypes: namedTypes.join('') };
};

const compile = (schemas: readonly unknown[]) =>
  typeErrors(
    Object.fromEntries(
      schemas.map((schema, index) => {
        const { type, namedTypes } = render(schema);
        return [`s${index}.ts`, `declare namespace Space {\n${namedTypes}}\nexport declare const value: ${type};\n`];
      }),
    ),
  );

describe('schemas that are meant to hurt', () => {
  test.each(Object.keys(HOSTILE))('%s: the text is bounded', (title) => {
    const { type, namedTypes } = render(HOSTILE[title]);
    expect(type.length + namedTypes.length).toBeLessThan(MAX_CHARS);
    const line = render(HOSTILE[title], 'line');
    expect(line.namedTypes).toBe('');
    expect(line.type).not.toContain('\n');
    expect(line.type.length).toBeLessThan(20_000);
  });

  it('all compile', async () => {
    expect(await compile(Object.values(HOSTILE))).toEqual([]);
  });

  it('compile as well where they make no sense', async () => {
    expect(await compile(NONSENSE)).toEqual([]);
  });
});

describe('any schema', () => {
  const documents = fc.array(schemaDocument, { minLength: 50, maxLength: 50 });

  it('gives a type that compiles', async () => {
    await fc.assert(
      // Many schemas to one start of the compiler, which is also why a failure is not shrunk.
      fc.asyncProperty(documents, async (schemas) => {
        expect(await compile(schemas)).toEqual([]);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  it('gives the same text every time', () => {
    fc.assert(
      fc.property(schemaDocument, (schema) => {
        expect(render(structuredClone(schema))).toEqual(render(schema));
      }),
    );
  });

  it('fits one line, without comments that could swallow what follows', () => {
    fc.assert(
      fc.property(schemaDocument, (schema) => {
        const { type, namedTypes } = render(schema, 'line');
        expect(namedTypes).toBe('');
        expect(type).not.toMatch(/[\n\u2028\u2029]/);
        // Within a literal two slashes are text.
        expect(type.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')).not.toMatch(/\/\//);
      }),
    );
  });
});
