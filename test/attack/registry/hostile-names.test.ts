import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BY, definitionOf } from '../../contract/registry/registry-contract.ts';
import { type SqliteBench, sqliteBench } from '../../fault/registry/sqlite-bench.ts';

const HOSTILE = [
  '../x',
  '..',
  '.',
  'a/../../b',
  '/abs',
  'C:\\x',
  'a/b',
  'CON',
  'nul.txt',
  'LPT1',
  'a'.repeat(65),
  'a'.repeat(1_000_000),
  '',
  ' ',
  'a b',
  'a\0b',
  'a\nb',
  'a\u202eb',
  'аdmin',
  'ｓystem',
  'ſystem',
  'é',
  'e\u0301',
  '\ud800',
  '.hidden',
  '-rf',
  '--help',
  'a..b',
  'trailing.',
  'trailing-',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  "x'; DROP TABLE codeloom_tools; --",
  '$1',
  '%',
];

describe('170: a hostile name', () => {
  let bench: SqliteBench;
  beforeEach(async () => {
    bench = await sqliteBench();
  });
  afterEach(() => bench.close());

  it.each(
    HOSTILE.map((name) => [name.slice(0, 80)] as const).map(([shown], at) => [shown, HOSTILE[at] ?? ''] as const),
  )('as %j is refused before anything is stored', async (_shown, name) => {
    const registry = bench.open();
    const good = await registry.create(definitionOf('good'), BY);
    const files = await readdir(bench.folder);
    await expect(registry.create(definitionOf(name), BY)).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(registry.update(definitionOf(name), BY)).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(registry.delete(name, BY)).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
    await expect(registry.rollback(name, 1, BY)).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
    expect(await registry.get(name)).toBeUndefined();
    expect(await registry.list()).toEqual({ tools: [good] });
    expect(await readdir(bench.folder)).toEqual(files);
  });

  it('is told briefly, whoever sent a megabyte of it', async () => {
    const fault = await bench
      .open()
      .create(definitionOf('x'.repeat(1_000_000)), BY)
      .catch((thrown) => thrown);
    expect(fault.message.length).toBeLessThan(500);
  });

  it('in a query finds nothing that it does not name', async () => {
    const registry = bench.open();
    await registry.create(definitionOf('good'), BY);
    for (const query of ["' OR 1=1 --", '%', '_', '!', '\\', '\0', '\ud800', '%good%', 'x'.repeat(1_000_000)]) {
      const { tools } = await registry.list({ query });
      // NUL is no character of a word: what is left of that query is empty, and names everything.
      expect(tools.length, JSON.stringify(query.slice(0, 20))).toBe(query === '\0' ? 1 : 0);
    }
  });

  it('of an author is kept as one short line', async () => {
    const registry = bench.open();
    const stored = await registry.create(definitionOf('good'), { by: `eve\n\0\ud800${'x'.repeat(10_000)}` });
    expect(stored.updatedBy).toMatch(/^eve {2}\ufffdx{200,}$/);
    expect(stored.updatedBy.length).toBe(256);
  });
});
