import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../src/base/json.ts';
import { createValidators } from '../../../../src/upstream/call/validators.ts';
import { listeningLog, quiet } from '../open-upstreams.ts';

const validators = createValidators(quiet);

function isRight(schema: JsonObject, value: Json): boolean {
  return validators.for(schema, 'test')(value).length === 0;
}

test('draft 2020-12 and draft-07 are both understood, by their own words', () => {
  const tuple2020 = { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false };
  expect([isRight(tuple2020, ['a', 1]), isRight(tuple2020, ['a', 'b']), isRight(tuple2020, ['a', 1, 2])]).toEqual([
    true,
    false,
    false,
  ]);
  const tuple07 = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'array',
    items: [{ type: 'string' }],
    additionalItems: false,
  };
  expect([isRight(tuple07, ['a']), isRight(tuple07, [1]), isRight(tuple07, ['a', 'b'])]).toEqual([true, false, false]);
});

test('a schema that only makes sense as draft-07 is taken for that', () => {
  const { $schema: _, ...undeclared } = { $schema: '', type: 'array', items: [{ type: 'string' }] };
  expect([isRight(undeclared, ['a']), isRight(undeclared, [1])]).toEqual([true, false]);
});

test('two schemas with one $id do not meet', () => {
  const id = { $id: 'https://example.com/same' };
  expect(isRight({ ...id, type: 'string' }, 'x')).toBe(true);
  expect(isRight({ ...id, type: 'number' }, 'x')).toBe(false);
});

test('recursive schemas are followed', () => {
  const tree = {
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#' } } },
    additionalProperties: false,
  };
  expect(isRight(tree, { children: [{ children: [] }] })).toBe(true);
  expect(isRight(tree, { children: [{ child: [] }] })).toBe(false);
});

test.each<[string, JsonObject]>([
  ['a reference to the network', { $ref: 'http://169.254.169.254/schema' }],
  ['a reference to a file', { $ref: 'file:///etc/passwd' }],
  ['a reference to nowhere', { $ref: '#/$defs/none' }],
  ['a pattern that is none', { properties: { a: { pattern: '(((' } } }],
  ['a type that does not exist', { properties: { a: { type: 'strange' } } }],
  ['keywords of the wrong kind', { properties: { a: { minLength: -1, multipleOf: 0, maximum: 'x' } } }],
  ['an unknown dialect', { $schema: 'https://example.com/mine', properties: { a: { frobnicate: true } } }],
])('%s stops nothing', (_name, schema) => {
  expect(() => validators.for({ type: 'object', ...schema }, 'test')({ a: 'x' })).not.toThrow();
});

test('a schema that cannot be used is said to be so, once', async () => {
  const { log, told } = listeningLog();
  const check = createValidators(log).for({ $ref: '#/$defs/none' }, 'the arguments of a.b');
  expect(check({})).toEqual([]);
  expect(await told(/cannot be used/)).toBe(
    'The schema of the arguments of a.b cannot be used, so values are not checked against it.',
  );
});

test('keys that Object.prototype has are keys like any other', () => {
  const schema = { type: 'object', required: ['constructor', 'toString'] };
  expect(isRight(schema, {})).toBe(false);
  expect(isRight(schema, { constructor: 1, toString: 2 })).toBe(true);
  const closed = { type: 'object', properties: { a: {} }, additionalProperties: false };
  expect(isRight(closed, JSON.parse('{"__proto__": 1}'))).toBe(false);
});

test.each<[string, JsonObject, Json]>([
  ['a pattern that backtracks', { pattern: '^(a+)+$' }, `${'a'.repeat(60)}!`],
  ['a pattern of properties that backtracks', { patternProperties: { '^(a+)+$': {} } }, { [`${'a'.repeat(60)}!`]: 1 }],
  ['references that double at every step', { $ref: '#/$defs/d0', $defs: doubling(40) }, 'x'],
  [
    'a comparison of all items with all',
    { uniqueItems: true },
    Array.from({ length: 40_000 }, (_, index) => ({ index })),
  ],
])('%s is ended, said once, and not tried again', async (_name, schema, value) => {
  const { log, told } = listeningLog();
  const check = createValidators(log).for(schema, 'x.y');
  expect(check(value)).toEqual([]);
  expect(await told(/is not checked any more/)).toContain('more than 100 ms to check against the schema of x.y');
  const before = performance.eventLoopUtilization();
  for (let times = 0; times < 1_000; times += 1) check(value);
  expect(performance.eventLoopUtilization(before).active).toBeLessThan(1_000);
});

test('a schema that cannot be compiled in time is not used', () => {
  const { log } = listeningLog();
  const wide = {
    properties: Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`p${index}`, { anyOf: [{ minimum: 1 }, { pattern: 'x' }] }]),
    ),
  };
  expect(() => createValidators(log).for(wide, 'x')({})).not.toThrow();
});

test('checking changes neither the schema nor the value', () => {
  const schema = Object.freeze({
    type: 'object',
    properties: Object.freeze({ a: Object.freeze({ type: 'string', default: 'x' }) }),
  });
  const value = Object.freeze({ b: 1 });
  expect(isRight(schema, value)).toBe(true);
  expect(value).toEqual({ b: 1 });
});

test('no schema whatever makes the check throw', () => {
  const keyword = fc.constantFrom(
    'type',
    'properties',
    'items',
    'required',
    'enum',
    'anyOf',
    '$ref',
    'pattern',
    'minimum',
    'not',
    'if',
    'format',
    '$id',
  );
  const schema = fc.dictionary(keyword, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
  fc.assert(
    fc.property(schema, fc.jsonValue({ maxDepth: 3 }), (wild, value) => {
      validators.for(wild as JsonObject, 'wild')(value as Json);
    }),
    { numRuns: 300 },
  );
});

test('references in a circle that ask for nothing end the checking, and throw nothing', async () => {
  const circle = { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { $ref: '#/$defs/a' } } };
  const { log, told } = listeningLog();
  const check = createValidators(log).for(circle, 'the circle');
  expect([check(1), check(2)]).toEqual([[], []]);
  expect(await told(/circle/)).toBe(
    'A value could not be checked against the schema of the circle, which is not checked any more.',
  );
});

function doubling(steps: number): JsonObject {
  const step = (index: number) => ({ allOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] });
  return Object.fromEntries([
    ...Array.from({ length: steps }, (_, index) => [`d${index}`, step(index)]),
    [`d${steps}`, { type: 'string' }],
  ]);
}
