import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../../src/base/json.ts';
import { createTimeBox, type TimeBox } from '../../../../src/base/schema/time-box.ts';
import { compileStrangerSchema } from '../../../../src/server/arguments/compile-schema.ts';
import { isQuickSchema } from '../../../../src/server/arguments/quick-schema.ts';

const timeBox = createTimeBox();
const POINT: JsonObject = {
  type: 'object',
  properties: { x: { type: 'number', minimum: 0 }, tags: { type: 'array', items: { enum: ['a', 'b'] } } },
  required: ['x'],
  additionalProperties: false,
};

describe('a quick schema', () => {
  it.each<[string, JsonObject]>([
    ['members of plain types', POINT],
    ['nothing', {}],
    ['any other members', { type: 'object', additionalProperties: { type: ['string', 'null'], maxLength: 9 } }],
  ])('has %s', (_what, schema) => {
    expect(isQuickSchema(schema)).toBe(true);
  });

  it.each<[string, JsonObject]>([
    ['a pattern', { properties: { a: { pattern: '(a+)+$' } } }],
    ['a format', { items: { format: 'regex' } }],
    ['names that are patterns', { patternProperties: { '(a+)+$': {} } }],
    ['items that are compared with one another', { uniqueItems: true }],
    ['a choice of schemas', { anyOf: [{}] }],
    ['a reference', { $ref: '#' }],
    ['an id', { $id: 'x' }],
    ['a choice of objects', { enum: [{}] }],
    ['very many choices', { enum: Array.from({ length: 101 }, (_, n) => n) }],
    ['a keyword that nobody knows', { surprise: 1 }],
    ['a keyword of every object', { properties: { a: JSON.parse('{"__proto__": {}}') } }],
    ['very much text', { description: 'x'.repeat(9_000) }],
    ['what is no schema', { properties: { a: 3 } }],
  ])('has no %s', (_what, schema) => {
    expect(isQuickSchema(schema)).toBe(false);
  });
});

describe('a value that is checked without a clock', () => {
  const property = fc.record(
    {
      type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'array', 'object'),
      minimum: fc.integer({ min: -5, max: 5 }),
      minLength: fc.nat(3),
      maxItems: fc.nat(3),
      enum: fc.uniqueArray(fc.constantFrom(1, 'a', null, true), { minLength: 1 }),
      items: fc.record({ type: fc.constantFrom('string', 'number') }),
    },
    { requiredKeys: [] },
  );
  const schemas = fc.record({
    type: fc.constant('object'),
    properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), property),
    required: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    additionalProperties: fc.boolean(),
  });

  it('is told the same mistakes as with one', () => {
    fc.assert(
      fc.property(schemas, fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.jsonValue()), (schema, value) => {
        // A keyword that nobody knows means nothing, and makes it a schema for the clock.
        const [quick, clocked] = [schema, { ...schema, surprise: 1 }].map((each) =>
          saidBy(each as JsonObject, value as Json),
        );
        expect(quick).toEqual(clocked);
      }),
      { numRuns: 200 },
    );
  });

  it('goes to the clock where it has very many members', () => {
    const used: string[] = [];
    const counting: TimeBox = (ms, work) => {
      used.push('clock');
      return timeBox(ms, work);
    };
    const compiled = compileStrangerSchema(POINT, { schema: 'input', value: '' }, counting);
    if (compiled.kind !== 'checker') throw new Error('no checker');
    used.length = 0;
    expect(compiled.check({ x: 1, tags: ['a'] })).toEqual([]);
    expect(used).toEqual([]);
    expect(compiled.check({ x: 1, tags: Array.from({ length: 1_000 }, () => 'a') })).toEqual([]);
    expect(used).toEqual(['clock']);
  });
});

function saidBy(schema: JsonObject, value: Json): readonly string[] {
  const compiled = compileStrangerSchema(schema, { schema: 'input', value: '' }, timeBox);
  if (compiled.kind !== 'checker') throw new Error(JSON.stringify(compiled));
  return compiled.check(value);
}
