import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { createTimeBox } from '../../../../src/base/schema/time-box.ts';
import { compileStrangerSchema } from '../../../../src/server/arguments/compile-schema.ts';
import { createSchemaRules } from '../../../../src/server/arguments/schema-rules.ts';

const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';

describe('rules that were made once', () => {
  const [rules, timeBox] = [createSchemaRules(), createTimeBox()];
  const compile = (schema: JsonObject) =>
    compileStrangerSchema(schema, { schema: 'input', value: 'it' }, timeBox, rules);
  const check = (schema: JsonObject, value: JsonObject) => {
    const compiled = compile(schema);
    return compiled.kind === 'checker' ? compiled.check(value) : compiled;
  };

  it('keep nothing of one schema that another could find', () => {
    const first = { $id: 'https://example.org/a', $defs: { n: { type: 'number' } }, type: 'object' };
    expect(compile(first).kind).toBe('checker');
    expect(compile({ ...first, type: 'array' }).kind).toBe('checker');
    expect(compile({ $ref: 'https://example.org/a' })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining("can't resolve reference"),
    });
  });

  it('hold each schema to its own dialect', () => {
    const tuple = { properties: { a: { items: [{ type: 'number' }] } } };
    expect(compile({ $schema: 'http://json-schema.org/draft-07/schema#', ...tuple }).kind).toBe('checker');
    expect(compile({ $schema: DRAFT_2020, ...tuple })).toMatchObject({ kind: 'invalid' });
    expect(compile(tuple)).toMatchObject({ kind: 'invalid' });
    expect(compile({ $schema: 'https://example.org/none' })).toMatchObject({ kind: 'refused' });
  });

  it('are there for a schema that refers to them', () => {
    const aboutSchemas = { type: 'object', properties: { schema: { $ref: DRAFT_2020 } } };
    expect(check(aboutSchemas, { schema: { type: 'string' } })).toEqual([]);
    expect(check(aboutSchemas, { schema: { type: 'strin' } })).not.toEqual([]);
  });

  it('do not stand in the way of a schema that names its dialect', () => {
    expect(check({ $schema: DRAFT_2020, type: 'object' }, {})).toEqual([]);
    expect(check({ $schema: DRAFT_2020, required: ['a'] }, {})).toEqual(['it.a: expected a value, got nothing.']);
  });
});
