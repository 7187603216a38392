import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../src/base/json.ts';
import { parseTool, type ToolVerdict } from '../../../../src/upstream/catalog/parse-tool.ts';

function parse(more: JsonObject): ToolVerdict {
  return parseTool({ name: 't', inputSchema: { type: 'object' }, ...more }, false);
}

function toolOf(more: JsonObject) {
  const verdict = parse(more);
  if (verdict.kind === 'dropped') throw new Error(verdict.dropped.reason);
  return verdict.tool;
}

const nested = (levels: number): Json => JSON.parse(`${'{"items":'.repeat(levels)}1${'}'.repeat(levels)}`);

test('what a tool says of itself is kept', () => {
  const tool = {
    name: 't',
    title: 'Title',
    description: 'Says much.',
    inputSchema: { type: 'object', properties: { a: { type: 'string' } } },
    outputSchema: { type: 'object' },
    annotations: { readOnlyHint: true },
  };
  expect(parseTool({ ...tool, icons: ['javascript:alert(1)'], _meta: { x: 1 } }, false)).toEqual({
    kind: 'tool',
    tool,
  });
});

test('a title may stand in the annotations', () => {
  expect(toolOf({ annotations: { title: 'There' } }).title).toBe('There');
  expect(toolOf({ title: 'Here', annotations: { title: 'There' } }).title).toBe('Here');
});

test('a schema at the cap of its depth is kept, one deeper drops its tool', () => {
  expect(parse({ inputSchema: { type: 'object', x: nested(63) } }).kind).toBe('tool');
  expect(parse({ inputSchema: { type: 'object', x: nested(64) } })).toMatchObject({ kind: 'dropped' });
});

test('an output schema or annotations over their caps are left away', () => {
  expect(toolOf({ outputSchema: { x: nested(64) }, annotations: { x: nested(8) } })).toEqual({
    name: 't',
    inputSchema: { type: 'object' },
  });
  expect(toolOf({ outputSchema: { x: 'y'.repeat(300_000) }, annotations: { x: 'y'.repeat(5_000) } })).toEqual({
    name: 't',
    inputSchema: { type: 'object' },
  });
});

test('a schema that may also be something else than an object is for objects here', () => {
  expect(toolOf({ inputSchema: { type: ['object', 'null'] } }).inputSchema).toEqual({ type: 'object' });
});

test('descriptions are cleaned of what would reach a terminal', () => {
  expect(toolOf({ description: '\u001b[31mred\u202e\n' }).description).toBe('red');
});

test('headers are judged only where they have a meaning', () => {
  const raw = {
    name: 't',
    inputSchema: { type: 'object', properties: { a: { type: 'string', 'x-mcp-header': 'a b' } } },
  };
  expect(parseTool(raw, false).kind).toBe('tool');
  expect(parseTool(raw, true)).toMatchObject({ kind: 'dropped', dropped: { name: 't' } });
});

test('whatever is listed, the verdict has a name without control characters', () => {
  const member = fc.constantFrom('name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations');
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.dictionary(member, fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })))),
      (raw) => {
        const verdict = parseTool(raw as Json, true);
        const { name } = verdict.kind === 'tool' ? verdict.tool : verdict.dropped;
        expect(name).not.toBe('');
        expect(name).not.toMatch(/\p{Cc}/u);
      },
    ),
  );
});
