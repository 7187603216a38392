/** The part of the contract about reads: pages, queries, history, and names that are not there. */
import { expect, it } from 'vitest';
import type { Registry, ToolQuery } from '../../../src/registry/registry.ts';
import { BY, definitionOf, type GetBench } from './registry-contract.ts';

async function namesOf(registry: Registry, query: ToolQuery = {}): Promise<readonly string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await registry.list(cursor === undefined ? query : { ...query, cursor });
    for (const tool of page.tools) names.push(tool.kind === 'tool' ? tool.definition.name : tool.name);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return names;
}

export function readingContract(bench: GetBench): void {
  it('lists in one order, page by page, each tool once', async () => {
    const registry = bench().open();
    // Upper case before lower, as code units are: no locale has a say.
    const names = ['B', 'Z9', '_a', 'a', 'a-b', 'a.c', 'b2', 'b10', 'z'].sort();
    for (const name of names.toReversed()) await registry.create(definitionOf(name), BY);
    for (const limit of [1, 2, 4, 8, 9, 100]) expect(await namesOf(registry, { limit })).toEqual(names);
    expect((await registry.list({ limit: 9 })).nextCursor).toBeUndefined();
  });

  it('neither skips nor repeats a tool while others come and go between pages', async () => {
    const registry = bench().open();
    for (const name of ['b', 'd', 'f', 'h']) await registry.create(definitionOf(name), BY);
    const first = await registry.list({ limit: 2 });
    await registry.create(definitionOf('a'), BY);
    await registry.create(definitionOf('e'), BY);
    await registry.delete('d', BY);
    const rest = await namesOf(registry, { cursor: first.nextCursor ?? '' });
    expect(rest).toEqual(['e', 'f', 'h']);
  });

  it('finds the tools that have every word of a query in name, title, description or tags', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('one', { title: 'Weekly Report' }), BY);
    await registry.create(definitionOf('two', { description: 'Reports 100% of it.' }), BY);
    await registry.create(definitionOf('weekly-three', { title: 'Ärger', tags: ['report'] }), BY);
    expect(await namesOf(registry, { query: 'REPORT' })).toEqual(['one', 'two', 'weekly-three']);
    expect(await namesOf(registry, { query: ' report  weekly ' })).toEqual(['one', 'weekly-three']);
    expect(await namesOf(registry, { query: '100%' })).toEqual(['two']);
    expect(await namesOf(registry, { query: '100_' })).toEqual([]);
    expect(await namesOf(registry, { query: 'äRGER' })).toEqual(['weekly-three']);
    expect(await namesOf(registry, { query: "o'ne\\!" })).toEqual([]);
    await registry.update(definitionOf('one', { title: 'Daily' }), BY);
    expect(await namesOf(registry, { query: 'weekly' })).toEqual(['weekly-three']);
  });

  it('lists those that are enabled, or those that are not', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('on'), BY);
    await registry.create(definitionOf('off', { enabled: false }), BY);
    expect(await namesOf(registry, { isEnabled: true })).toEqual(['on']);
    expect(await namesOf(registry, { isEnabled: false })).toEqual(['off']);
    await registry.update(definitionOf('off', { enabled: true }), BY);
    expect(await namesOf(registry, { isEnabled: true })).toEqual(['off', 'on']);
  });

  it('ends a page early when it has become large, and loses nothing', async () => {
    const registry = bench().open();
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await registry.create(definitionOf(name, { code: `// ${'x'.repeat(1_500_000)}` }), BY);
    const { tools, nextCursor } = await registry.list();
    expect(tools.length).toBe(3);
    expect(nextCursor).toBeDefined();
    expect(await namesOf(registry)).toEqual(names);
  });

  it('tells the history, the newest first, page by page', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('tool'), { by: 'writer 1' });
    for (let at = 2; at <= 25; at++) await registry.update(definitionOf('tool'), { by: `writer ${at}` });
    const first = await registry.history('tool');
    expect(first.revisions).toHaveLength(20);
    const rest = await registry.history('tool', { cursor: first.nextCursor ?? '' });
    expect(rest.nextCursor).toBeUndefined();
    const told = [...first.revisions, ...rest.revisions].map(({ revision, updatedBy }) => `${updatedBy} ${revision}`);
    expect(told).toEqual(Array.from({ length: 25 }, (_, at) => `writer ${25 - at} ${25 - at}`));
    expect(await registry.history('absent')).toEqual({ revisions: [] });
  });

  it.each(['absent', '', 'a'.repeat(65), '\0', '\ud800', "x' OR 1=1 --", '__proto__'])(
    'has no tool %j',
    async (name) => {
      const registry = bench().open();
      expect(await registry.get(name)).toBeUndefined();
      expect(await registry.history(name)).toEqual({ revisions: [] });
      await expect(registry.delete(name, BY)).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
    },
  );

  it('refuses a cursor that is none of its own, and a page of nothing', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('tool'), BY);
    const bad = ['x', '', Buffer.from('[1]').toString('base64url'), Buffer.from('["\\ud800"]').toString('base64url')];
    for (const cursor of bad)
      await expect(registry.list({ cursor })).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(registry.list({ limit: 0 })).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(registry.history('tool', { cursor: bad[3] ?? '' })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
    });
    await expect(registry.get('tool', { revision: 0.5 })).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
  });

  it('takes no more work once it is closed', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('tool'), BY);
    await registry.close();
    await registry.close();
    await expect(registry.get('tool')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(await registry.health()).toMatchObject({ kind: 'down' });
  });
}
