import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStored, renderFace, sealRevision } from '../../../src/registry/record/stored-tool.ts';
import { parseDefinition, patchDefinition, type ToolDefinition } from '../../../src/registry/record/tool-definition.ts';
import { createNameCheck } from '../../../src/registry/record/tool-name.ts';

const complain = createNameCheck({ names: [], prefixes: [] });
const SMALL = { name: 'tool', description: 'What it does.', code: 'return 1;' };

function mistakesOf(value: unknown): readonly string[] {
  const parsed = parseDefinition(value, complain);
  return parsed.kind === 'mistakes' ? parsed.mistakes : [];
}

function parsed(value: unknown): ToolDefinition {
  const result = parseDefinition(value, complain);
  if (result.kind === 'mistakes') throw new Error(result.mistakes.join(' '));
  return result.definition;
}

describe('a definition', () => {
  it('is enabled unless it says otherwise', () => {
    expect(parsed(SMALL)).toEqual({ ...SMALL, enabled: true });
    expect(parsed({ ...SMALL, enabled: false }).enabled).toBe(false);
  });

  it('is a copy that nobody else holds', () => {
    const inputSchema = { type: 'object' };
    const definition = parsed({ ...SMALL, inputSchema });
    inputSchema.type = 'string';
    expect(definition.inputSchema).toEqual({ type: 'object' });
  });

  it('has no member that was given as undefined', () => {
    expect(parsed({ ...SMALL, title: undefined })).not.toHaveProperty('title');
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'tool: expected an object, got nothing.'],
    ['a list', [], 'tool: expected an object, got a list.'],
    ['no code', { name: 'tool', description: 'x' }, 'code: expected a string, got nothing.'],
    [
      'an unknown member',
      { ...SMALL, inputschema: {} },
      'tool: "inputschema" is no member of a tool. Did you mean "inputSchema"?',
    ],
    [
      'a __proto__',
      JSON.parse('{"name":"tool","description":"x","code":"1","__proto__":{}}'),
      'tool: "__proto__" is no member of a tool.',
    ],
    ['a blank code', { ...SMALL, code: ' \n' }, 'code: expected a text that is not blank, got " \\n".'],
    ['a NUL in the code', { ...SMALL, code: 'a\0' }, 'code: expected well-formed text without NUL characters.'],
    [
      'half a character in the code',
      { ...SMALL, code: "'\ud800'" },
      'code: expected well-formed text without NUL characters.',
    ],
    ['too much code', { ...SMALL, code: 'é'.repeat(2_097_153) }, 'code: expected at most 4194304 bytes, got 4194306.'],
    [
      'a title of two lines',
      { ...SMALL, title: 'a\nb' },
      'title: expected one line of 1 to 200 characters, got "a\\nb".',
    ],
    ['a server twice', { ...SMALL, servers: ['a', 'a'] }, 'servers[1]: expected every entry once, got "a" again.'],
    [
      'a server that is no text',
      { ...SMALL, servers: ['a', 3] },
      'servers[1]: expected one line of 1 to 128 characters, got 3.',
    ],
    ['a schema that is true', { ...SMALL, inputSchema: true }, 'inputSchema: expected a JSON Schema object, got true.'],
    [
      'a package outside',
      { ...SMALL, dependencies: [{ name: '../x', version: '1' }] },
      'dependencies[0].name: expected the name of an npm package, got "../x".',
    ],
    [
      'a package called __proto__',
      { ...SMALL, dependencies: [{ name: '__proto__', version: '1' }] },
      'dependencies[0].name: expected the name of an npm package, got "__proto__".',
    ],
    [
      'a package without a version',
      { ...SMALL, dependencies: [{ name: 'nanoid' }] },
      'dependencies[0]: expected both name and version, got no version.',
    ],
    [
      'a package and more',
      { ...SMALL, dependencies: [{ name: 'nanoid', version: '*', from: 'x' }] },
      'dependencies[0]: expected name and version, got the key "from".',
    ],
    [
      'a package twice',
      { ...SMALL, dependencies: ['1', '2'].map((version) => ({ name: 'nanoid', version })) },
      'dependencies[1]: expected every package once, got "nanoid" again.',
    ],
    [
      'an annotation',
      { ...SMALL, annotations: { readOnlyHint: 1 } },
      'annotations.readOnlyHint: expected true or false, got 1.',
    ],
    ['an engine', { ...SMALL, engine: 'deno' }, 'engine: expected one of "auto", "docker", "node", got "deno".'],
    [
      'an image',
      { ...SMALL, image: '-v /:/x' },
      'image: expected an image reference like "node:24-slim", got "-v /:/x".',
    ],
    ['a timeout', { ...SMALL, timeoutMs: 0.5 }, 'timeoutMs: expected a whole number from 1 to 120000, got 0.5.'],
    [
      'a tag',
      { ...SMALL, tags: ['a b'] },
      'tags[0]: expected a tag of 1 to 64 ASCII letters, digits and any of "_ . : / -", got "a b".',
    ],
  ])('is refused with %s', (_what, value, mistake) => {
    expect(mistakesOf(value)).toEqual([mistake]);
  });

  it('is refused where it is nested without an end, refers to itself, or is no JSON', () => {
    let deep: object = {};
    for (let level = 0; level < 65; level++) deep = { properties: deep };
    expect(mistakesOf({ ...SMALL, inputSchema: deep })).toEqual([
      'inputSchema: expected at most 64 levels of nesting, got more.',
    ]);
    const circle: Record<string, unknown> = {};
    circle.circle = circle;
    expect(mistakesOf({ ...SMALL, inputSchema: circle })).toEqual(['tool: expected an object, got nothing.']);
    expect(mistakesOf({ ...SMALL, timeoutMs: 5n })).toEqual(['tool: expected an object, got nothing.']);
    const bottomless = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);
    expect(mistakesOf({ ...SMALL, outputSchema: bottomless })).toHaveLength(1);
  });

  it('tells all mistakes at once, up to a number', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`member${at}`, 1]));
    const mistakes = mistakesOf({ ...SMALL, ...many });
    expect(mistakes).toHaveLength(21);
    expect(mistakes.at(-1)).toBe('There are 30 more mistakes.');
  });

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.anything(), (value) => mistakesOf(value).length > 0 || parsed(value) !== undefined));
  });
});

describe('a patch', () => {
  it('changes what it names, and takes away what it says is null', () => {
    const definition = parsed({ ...SMALL, title: 'Old', tags: ['a'] });
    const patched = patchDefinition(definition, { title: 'New', tags: null, enabled: false });
    expect(parsed(patched)).toEqual({ ...SMALL, title: 'New', enabled: false });
  });

  it('cannot take away what a tool needs, nor add what it does not know', () => {
    const definition = parsed(SMALL);
    expect(mistakesOf(patchDefinition(definition, { code: null }))).toEqual(['code: expected a string, got nothing.']);
    const hostile = JSON.parse('{"__proto__":{"enabled":false}}');
    expect(mistakesOf(patchDefinition(definition, hostile))).toEqual(['tool: "__proto__" is no member of a tool.']);
  });
});

describe('a record', () => {
  it('is read back as it was stored, whatever its schemas hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 })), (inputSchema) => {
        const definition = parsed({ ...SMALL, inputSchema });
        const facts = { createdAt: 'a', createdBy: 'b', updatedAt: 'c', updatedBy: 'd' };
        const row = sealRevision({
          ...facts,
          writeId: 'id',
          format: 1,
          name: 'tool',
          revision: 1,
          isDeleted: false,
          face: renderFace(definition),
          code: definition.code,
        });
        expect(readStored({ ...row, sequence: 1 }, complain)).toEqual({
          kind: 'tool',
          definition,
          revision: 1,
          ...facts,
          hash: row.hash,
        });
      }),
    );
  });
});
