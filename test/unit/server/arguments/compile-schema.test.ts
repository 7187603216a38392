import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../../src/base/json.ts';
import { createTimeBox } from '../../../../src/base/schema/time-box.ts';
import {
  type CompiledSchema,
  compileOwnSchema,
  compileStrangerSchema,
} from '../../../../src/server/arguments/compile-schema.ts';

const timeBox = createTimeBox();
const NAMES = { schema: 'input', value: '' };

function object(properties: JsonObject, more: JsonObject = {}): JsonObject {
  return { type: 'object', properties, additionalProperties: false, ...more };
}

function checked(schema: JsonObject, value: Json, root = ''): readonly string[] {
  const compiled = compileStrangerSchema(schema, { schema: 'input', value: root }, timeBox);
  if (compiled.kind !== 'checker') throw new Error(JSON.stringify(compiled));
  return compiled.check(value);
}

function saidBy(compiled: CompiledSchema, value: Json): readonly string[] {
  if (compiled.kind === 'checker') return compiled.check(value);
  return compiled.kind === 'invalid' ? compiled.mistakes : [compiled.reason];
}

function refusal(schema: JsonObject): string {
  const compiled = compileStrangerSchema(schema, NAMES, timeBox);
  return compiled.kind === 'refused' ? compiled.reason : 'not refused';
}

describe('a checker', () => {
  it('finds nothing to say about a value that fits', () => {
    expect(compileOwnSchema(object({ code: { type: 'string' } }))({ code: 'x' })).toEqual([]);
  });

  it('says path, expectation and what came, one sentence per mistake, all at once', () => {
    const schema = object(
      {
        code: { type: 'string' },
        servers: { type: 'array', items: { type: 'string' } },
        ms: { type: 'integer', minimum: 1 },
      },
      { required: ['code'] },
    );
    expect(compileOwnSchema(schema)({ servers: ['a', 3], ms: 0 })).toEqual([
      'code: expected a string, got nothing.',
      'servers[1]: expected a string, got the number 3.',
      'ms: expected a number of at least 1, got the number 0.',
    ]);
  });

  it('names the nearest of the known names for an unknown one', () => {
    const [sentence] = compileOwnSchema(object({ code: {}, servers: {} }))({ sevrers: [] });
    expect(sentence).toContain('sevrers: expected one of "code", "servers"');
    expect(sentence).toContain('Did you mean "servers"?');
  });

  it('knows what an abbreviation stands for, and the abbreviation of what is spelled out', () => {
    const [short] = compileOwnSchema(object({ name: {}, arguments: {} }))({ args: {} });
    expect(short).toMatch(/^args: expected one of "name", "arguments", .* Did you mean "arguments"\?$/);
    const [long] = compileOwnSchema(object({ code: {}, args: {} }))({ arguments: {} });
    expect(long).toMatch(/Did you mean "args"\?$/);
    const [neither] = compileOwnSchema(object({ name: {}, arguments: {} }))({ ags: {}, xyzzy: 1 }).slice(1);
    expect(neither).not.toContain('Did you mean');
  });

  it('names the nearest choice of an enum', () => {
    const [sentence] = compileOwnSchema(object({ engine: { enum: ['auto', 'docker'] } }))({ engine: 'dokcer' });
    expect(sentence).toBe('engine: expected one of "auto", "docker", got the string "dokcer". Did you mean "docker"?');
  });

  it('speaks once for a union, not once per branch', () => {
    const schema = object({ at: { anyOf: [{ type: 'string' }, { type: 'null' }] } });
    expect(checked(schema, { at: 3 })).toEqual(['at: expected a string or null, got the number 3.']);
  });

  it('names the root where the value itself is wrong', () => {
    expect(checked({ type: 'array' }, 3, 'result')).toEqual(['result: expected an array, got the number 3.']);
    expect(
      checked(object({ a: { type: 'array', items: object({}) } }), { a: [{ 'odd key': 1 }] }, 'result')[0],
    ).toMatch(/^result\.a\[0\]\["odd key"\]: /);
  });

  it('stops at ten sentences and says how many more there are', () => {
    const sentences = checked(
      { type: 'array', items: { type: 'string' } },
      Array.from({ length: 13 }, (_, at) => at),
    );
    expect(sentences).toHaveLength(11);
    expect(sentences.at(-1)).toBe('There are 3 more mistakes.');
  });

  it('finds required names on the value itself and not on a prototype', () => {
    const schema: JsonObject = { type: 'object', required: ['constructor', 'toString'] };
    expect(checked(schema, {})).toHaveLength(2);
  });

  it('takes __proto__ for a name like any other, and refuses it where names are closed', () => {
    const value: Json = JSON.parse('{"__proto__": {"x": 1}}');
    expect(checked(object({}), value)[0]).toMatch(/^__proto__: expected no members, got an object/);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it('refuses values nested deeper than a hundred levels without descending into them', () => {
    const deep: Json = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(compileOwnSchema({})(deep)).toEqual(['the arguments: expected at most 100 levels of nesting, got more.']);
  });

  it('gives sentences or nothing for any schema-shaped object and any value, and never throws', () => {
    const keyword = fc.constantFrom(
      'type',
      'properties',
      'items',
      'anyOf',
      '$ref',
      'pattern',
      'enum',
      'required',
      'minimum',
      '$id',
    );
    const schema = fc.dictionary(keyword, fc.jsonValue(), { maxKeys: 4 });
    fc.assert(
      fc.property(schema, fc.jsonValue(), (given, value) => {
        const compiled = compileStrangerSchema(given as JsonObject, NAMES, timeBox);
        const said = saidBy(compiled, value as Json);
        expect(said.every((sentence) => typeof sentence === 'string' && sentence !== '')).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a stranger's schema", () => {
  it('is refused with the reason where it is no schema', () => {
    expect(refusal({ type: 'object', properties: { a: { $ref: 'http://169.254.169.254/x' } } })).toContain(
      "can't resolve reference",
    );
    expect(refusal({ $schema: 'http://example.com/own' })).toContain('no schema with key or ref');
    expect(refusal({ $async: true })).toContain('$async');
  });

  it.each<[JsonObject, readonly string[]]>([
    [
      { type: 'object', properties: { a: { type: 'strin' }, b: { minLength: -1 } } },
      [
        'input.properties.a.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", got the string "strin". Did you mean "string"?',
        'input.properties.b.minLength: expected a number of at least 0, got the number -1.',
      ],
    ],
    [{ properties: 3 }, ['input.properties: expected an object, got the number 3.']],
    [{ properties: { a: 3 } }, ['input.properties.a: expected an object or a boolean, got the number 3.']],
    [{ required: 'a' }, ['input.required: expected an array, got the string "a".']],
    [{ required: [1] }, ['input.required[0]: expected a string, got the number 1.']],
    [{ enum: 1 }, ['input.enum: expected an array, got the number 1.']],
    [
      { type: ['string', 'strin'] },
      [expect.stringMatching(/^input\.type\[1\]: expected one of .*, got the string "strin"\./)],
    ],
    [{ type: 3 }, [expect.stringMatching(/^input\.type: expected one of "array", .*, got the number 3\.$/)]],
    [{ anyOf: [] }, ['input.anyOf: expected an array of at least 1 items, got an array of 0 items.']],
    [
      { $schema: 'http://json-schema.org/draft-07/schema#', items: 3 },
      [expect.stringMatching(/^input\.items: expected /)],
    ],
    [
      { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'strin' }] },
      [expect.stringMatching(/^input\.items\[0\]\.type: expected one of /)],
    ],
  ])('that is none has one sentence for each mistake: %j', (schema, mistakes) => {
    expect(compileStrangerSchema(schema, NAMES, timeBox)).toEqual({ kind: 'invalid', mistakes });
  });

  it('is refused where it is nested without measure', () => {
    const deep: JsonObject = JSON.parse(`${'{"items":'.repeat(5_000)}{}${'}'.repeat(5_000)}`);
    expect(refusal(deep)).toContain('levels deep');
  });

  it('may be of draft-07', () => {
    const schema: JsonObject = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'array',
      items: [{ type: 'string' }],
    };
    expect(checked(schema, [1])).toHaveLength(1);
  });

  it('cannot hold the thread with a catastrophic pattern', () => {
    const [sentence] = checked(object({ a: { type: 'string', pattern: '^(a+)+$' } }), { a: `${'a'.repeat(40)}b` });
    expect(sentence).toContain('could not be checked against the schema within');
    expect(checked(object({ a: { type: 'string', pattern: '^b+$' } }), { a: 'bb' })).toEqual([]);
  });

  it('cannot hold the thread with references that double forty times', () => {
    const defs = Array.from({ length: 40 }, (_, at) => [
      `d${at}`,
      { allOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
    ]);
    const schema: JsonObject = { $ref: '#/$defs/d0', $defs: { ...Object.fromEntries(defs), d40: { type: 'object' } } };
    expect(checked(schema, {})[0]).toContain('could not be checked');
  });

  it('cannot exhaust the stack by referring to itself', () => {
    expect(checked({ $ref: '#' }, {})[0] ?? '').toContain('could not be checked');
  });

  it('shares nothing with another of the same $id', () => {
    const text: JsonObject = { $id: 'https://example.com/same', type: 'string' };
    expect(checked(text, 'x')).toEqual([]);
    expect(checked({ ...text, type: 'number' }, 1)).toEqual([]);
  });
});
