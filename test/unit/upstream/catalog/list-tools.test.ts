import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../src/base/json.ts';
import { listTools } from '../../../../src/upstream/catalog/list-tools.ts';

function pages(...all: JsonObject[]): {
  fetchPage: (cursor: string | undefined) => Promise<JsonObject>;
  asked: (string | undefined)[];
} {
  const asked: (string | undefined)[] = [];
  const fetchPage = async (cursor: string | undefined) => {
    asked.push(cursor);
    return all[asked.length - 1] ?? { tools: [] };
  };
  return { fetchPage, asked };
}

test('each page is asked for by the cursor of the one before', async () => {
  const { fetchPage, asked } = pages(
    { tools: ['a'], nextCursor: 'x' },
    { tools: ['b'], nextCursor: 'y' },
    { tools: [] },
  );
  expect(await listTools(fetchPage)).toEqual({ tools: ['a', 'b'], dropped: [] });
  expect(asked).toEqual([undefined, 'x', 'y']);
});

test.each<[string, Json]>([
  ['an empty cursor', ''],
  ['null', null],
  ['a number', 3],
])('%s ends the list', async (_name, nextCursor) => {
  const { fetchPage, asked } = pages({ tools: ['a'], nextCursor });
  expect((await listTools(fetchPage)).tools).toEqual(['a']);
  expect(asked).toHaveLength(1);
});

test('5,000 tools are kept, and no more', async () => {
  const names = Array.from({ length: 5_001 }, (_, index) => ({ name: `t${index}` }));
  const atCap = await listTools(pages({ tools: names.slice(0, 5_000) }).fetchPage);
  expect([atCap.tools.length, atCap.dropped]).toEqual([5_000, []]);
  const over = await listTools(pages({ tools: names }).fetchPage);
  expect(over.tools).toHaveLength(5_000);
  expect(over.dropped[0]?.reason).toMatch(/only the first 5000 tools/);
});

test('a list is cut where it weighs too much', async () => {
  const heavy = Array.from({ length: 20 }, (_, index) => ({ name: `t${index}`, description: 'x'.repeat(1024 * 1024) }));
  const { tools, dropped } = await listTools(pages({ tools: heavy }).fetchPage);
  expect(tools).toHaveLength(15);
  expect(dropped[0]?.reason).toMatch(/longer than 16777216 bytes/);
});

test('tools nested without end are passed on to be judged', async () => {
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as Json;
  expect((await listTools(pages({ tools: [deep] }).fetchPage)).tools).toHaveLength(1);
});

test('an answer that is no list is an error', async () => {
  await expect(listTools(pages({ tools: 'none' }).fetchPage)).rejects.toThrow('something that is no list of tools');
});
