import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../src/base/json.ts';
import { describeMistakes } from '../../../../src/upstream/call/mistakes.ts';
import { createValidators } from '../../../../src/upstream/call/validators.ts';
import { quiet } from '../open-upstreams.ts';

const validators = createValidators(quiet);

/** `path message` for each mistake of the value. */
function mistakes(properties: JsonObject, value: Json, more: JsonObject = {}): readonly string[] {
  const schema = { type: 'object', properties, ...more };
  return describeMistakes(validators.for(schema, 'test')(value), value).shown.map(
    ({ path, message }) => `${path} ${message}`,
  );
}

test.each<[string, JsonObject, Json, string]>([
  ['type', { type: 'number' }, '1', 'must be a number, not "1"'],
  ['types', { type: ['string', 'null'] }, 1, 'must be a string or null, not 1'],
  ['integer', { type: 'integer' }, 1.5, 'must be an integer, not 1.5'],
  ['object', { type: 'object' }, [1, 2], 'must be an object, not an array of 2'],
  ['enum', { enum: ['a', 'b', 3] }, 'c', 'must be one of "a", "b", 3, not "c"'],
  ['const', { const: 'x' }, null, 'must be "x", not null'],
  ['minimum', { minimum: 5 }, 4, 'must be >= 5, not 4'],
  ['exclusiveMaximum', { exclusiveMaximum: 5 }, 5, 'must be < 5, not 5'],
  ['multipleOf', { multipleOf: 3 }, 4, 'must be a multiple of 3, not 4'],
  ['minLength', { minLength: 2 }, 'x', 'must have at least 2 characters, not "x"'],
  ['maxItems', { maxItems: 1 }, [1, 2], 'must have at most 1 items, not an array of 2'],
  ['minProperties', { minProperties: 1 }, {}, 'must have at least 1 properties, not an object'],
  ['uniqueItems', { uniqueItems: true }, [1, 1], 'must have no item twice, not an array of 2'],
  ['format', { format: 'email' }, 'nobody', 'must be written as email, not "nobody"'],
  ['pattern', { pattern: '^[a-z]+$' }, 'A1', 'must match ^[a-z]+$, not "A1"'],
  ['union of types', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 7, 'must be a string or null, not 7'],
  [
    'union of shapes',
    { anyOf: [{ enum: ['a'] }, { type: 'number', minimum: 3 }] },
    'b',
    'must fit one of the allowed shapes, not "b"',
  ],
  ['contains', { contains: { const: 1 } }, [2], 'must satisfy "contains" of its schema, not an array of 1'],
])('%s: what was expected and what came', (_name, schema, value, expected) => {
  expect(mistakes({ a: schema }, { a: value })).toEqual([`a ${expected}`]);
});

test('paths are written as a program would write them', () => {
  const item = {
    type: 'object',
    properties: { 'odd key': { type: 'array', items: { type: 'string' } }, 'a/b~c': { type: 'string' } },
  };
  expect(
    mistakes({ list: { type: 'array', items: item } }, { list: [{}, { 'odd key': ['x', 2], 'a/b~c': 1 }] }),
  ).toEqual(['list[1]["odd key"][1] must be a string, not 2', 'list[1]["a/b~c"] must be a string, not 1']);
});

test('what is missing is named, with what was given in its place', () => {
  expect(mistakes({ message: {} }, { mesage: 'x' }, { required: ['message'] })).toEqual([
    'message is required, and missing; did you mean it by "mesage"?',
  ]);
  expect(mistakes({ message: {} }, { to: 'x' }, { required: ['message'] })).toEqual([
    'message is required, and missing',
  ]);
});

test('what is not known is named, with the nearest that is', () => {
  expect(mistakes({ title: {}, body: {} }, { titel: 'x' }, { additionalProperties: false })).toEqual([
    'titel is not a known property. Did you mean "title"?',
  ]);
});

test('where one branch of a union was meant, what is wrong with that one is told', () => {
  const schema = { anyOf: [{ type: 'string' }, { type: 'object', properties: { id: { type: 'integer' } } }] };
  expect(mistakes({ a: schema }, { a: { id: 'x' } })).toEqual(['a.id must be an integer, not "x"']);
});

test('in a union told apart by a value, the branch with that value was meant', () => {
  const shape = (kind: string, size: JsonObject): JsonObject => ({
    type: 'object',
    properties: { kind: { const: kind }, size },
    required: ['kind', 'size'],
  });
  const schema = { oneOf: [shape('circle', { type: 'number' }), shape('text', { type: 'string' }), { type: 'null' }] };
  expect(mistakes({ a: schema }, { a: { kind: 'circle', size: 'big' } })).toEqual([
    'a.size must be a number, not "big"',
  ]);
  expect(mistakes({ a: schema }, { a: { kind: 'square', size: 1 } })).toEqual([
    'a must fit one of the allowed shapes, not an object',
  ]);
});

test('names of properties are told as what they are', () => {
  expect(mistakes({ a: { propertyNames: { pattern: '^[a-z]+$' } } }, { a: { 'A B': 1 } })).toEqual([
    'a must have no property named "A B", not an object',
  ]);
});

test('at most five mistakes are told, and how many more there are', () => {
  const schema = { type: 'object', additionalProperties: { type: 'string' } };
  const value = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, index]));
  const told = describeMistakes(validators.for(schema, 'test')(value), value);
  expect([told.shown.length, told.more]).toEqual([5, 4]);
});

test('long values and hostile keys are cut and cleaned', () => {
  const [line] = mistakes({ a: { type: 'number' } }, { a: `\u001b[31m${'x'.repeat(10_000)}` });
  expect(line?.length).toBeLessThan(120);
  expect(line).not.toContain('\u001b');
  expect(mistakes({}, JSON.parse('{"__proto__": {"constructor": 1}}'), { additionalProperties: false })).toEqual([
    '__proto__ is not a known property.',
  ]);
});
