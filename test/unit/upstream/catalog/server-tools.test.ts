import { expect, test } from 'vitest';
import type { CatalogServer } from '../../../../src/base/tool.ts';
import { serverSnapshot } from '../../../../src/upstream/catalog/server-tools.ts';
import { fixture, openUpstreams, quiet } from '../open-upstreams.ts';

async function listed(name: string, args: readonly string[] = []): Promise<CatalogServer> {
  const [server] = (await openUpstreams({ a: fixture(name, args) }).catalog('a')).servers;
  if (server === undefined) throw new Error('no server');
  return server;
}

test('all pages of a list are read, and its tools are sorted by name', async () => {
  const { tools, dropped } = await listed('many-pages');
  expect(tools.map(({ name }) => name)).toEqual(
    Array.from({ length: 25 }, (_, index) => `tool_${String(index).padStart(2, '0')}`),
  );
  expect(dropped).toEqual([]);
});

test('a list that gives the same cursor again is left there, with the reason', async () => {
  const { tools, dropped } = await listed('endless-pages', ['same']);
  expect(tools).toHaveLength(2);
  expect(dropped).toEqual([
    {
      name: '(rest of the list)',
      reason: 'the server gave the same page cursor twice, so what would have followed is missing',
    },
  ]);
});

test('a list that never ends is cut after 200 pages, with the reason', async () => {
  const { tools, dropped } = await listed('endless-pages', ['new']);
  expect(tools).toHaveLength(200);
  expect(dropped[0]?.reason).toMatch(/only the first 200 pages/);
});

test('of two tools with one name the first is kept', async () => {
  const { tools, dropped } = await listed('duplicate-tools');
  expect(tools.map(({ name, description }) => [name, description])).toEqual([
    ['once', undefined],
    ['twice', 'first'],
  ]);
  expect(dropped).toEqual([{ name: 'twice', reason: 'the server has another tool of the same name, which is kept' }]);
});

test('tools that are none are dropped one by one, and what can be repaired is kept', async () => {
  const { tools, dropped } = await listed('malformed-tools');
  expect(tools.map(({ name, inputSchema }) => [name, inputSchema.type])).toEqual([
    ['good', 'object'],
    ['no_schema', 'object'],
    ['no_type', 'object'],
    ['null_schema', 'object'],
    ['odd_members', 'object'],
  ]);
  expect(tools.find(({ name }) => name === 'odd_members')).toEqual({
    server: 'a',
    name: 'odd_members',
    identifier: 'odd_members',
    inputSchema: { type: 'object' },
  });
  expect(dropped).toEqual([
    { name: '(unnamed)', reason: 'it is null instead of an object' },
    { name: '(unnamed)', reason: 'it is a string instead of an object' },
    { name: '(unnamed)', reason: 'it is an array instead of an object' },
    { name: '(unnamed)', reason: 'its name is missing instead of a string' },
    { name: '(unnamed)', reason: 'its name is a number instead of a string' },
    { name: 'array_schema', reason: 'its input schema is an array instead of an object schema' },
    { name: 'string_type', reason: 'its input schema is for something else than an object of arguments' },
    { name: 'true_schema', reason: 'its input schema is a boolean instead of an object schema' },
    { name: 'deep', reason: 'its input schema is nested more than 64 levels deep' },
    { name: 'large', reason: 'its input schema has 300034 bytes; at most 262144 are read' },
  ]);
});

test('names are kept where they can be called, and dropped with the reason where not', async () => {
  const { tools, dropped } = await listed('hostile-names');
  expect(tools.map(({ name }) => name)).toEqual([
    '"quoted"',
    '*/',
    '1st',
    '__proto__',
    'a b',
    'a.b',
    'class',
    'constructor',
    'naïve-名前',
    'then',
    'toString',
  ]);
  expect(new Set(tools.map(({ identifier }) => identifier)).size).toBe(tools.length);
  expect(dropped).toEqual([
    { name: '(unnamed)', reason: 'its name is empty' },
    { name: `${'x'.repeat(127)}…`, reason: 'its name has 129 characters; at most 128 are allowed' },
    { name: 'line break', reason: 'its name holds control characters or half characters' },
    { name: 'red', reason: 'its name holds control characters or half characters' },
    { name: '\ufffd', reason: 'its name holds control characters or half characters' },
  ]);
});

test('a description of 10 MB is cut and hurts nothing', async () => {
  const { tools, dropped } = await listed('huge-description');
  expect(tools.map(({ name, description }) => [name, description?.length])).toEqual([
    ['novel', 8_192],
    ['short', 5],
  ]);
  expect(tools[0]?.description?.endsWith('…')).toBe(true);
  expect(dropped).toEqual([]);
});

/** The names that are left of these tools under a configuration. */
function chosen(names: readonly string[], lists: { allowTools?: string[]; blockTools?: string[] }): readonly string[] {
  const tools = names.map((name) => ({ name, inputSchema: { type: 'object' } }));
  const config = { name: 'a', transport: fixture('none'), ...lists };
  const options = { config, identifier: 'a', mirrorsParams: false, log: quiet };
  return serverSnapshot({ tools, dropped: [] }, options).server.tools.map(({ name }) => name);
}

test('tools are blocked and allowed under the name of the upstream and under the one that programs write', () => {
  const names = ['get-sum', 'get-env', 'echo'];
  expect(chosen(names, { blockTools: ['get-sum', 'get_env'] })).toEqual(['echo']);
  expect(chosen(names, { allowTools: ['get_sum', 'echo'] })).toEqual(['echo', 'get-sum']);
  expect(chosen(names, { allowTools: ['get_sum'], blockTools: ['get-sum'] })).toEqual([]);
});

test('a blocked identifier blocks every tool that would have it if it were alone', () => {
  expect(chosen(['get-sum', 'get.sum', 'echo'], { blockTools: ['get_sum'] })).toEqual(['echo']);
  expect(chosen(['get-sum', 'get.sum', 'echo'], { blockTools: ['get.sum'] })).toEqual(['echo', 'get-sum']);
});
