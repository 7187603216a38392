import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BY, definitionOf } from '../../contract/registry/registry-contract.ts';
import { hearChanges } from './hear-changes.ts';
import { type SqliteBench, sqliteBench } from './sqlite-bench.ts';
import { startWriter } from './start-writer.ts';

describe('a process killed in the middle of writing to the registry', () => {
  let bench: SqliteBench;
  beforeEach(async () => {
    bench = await sqliteBench();
  });
  afterEach(() => bench.close());

  it('loses nothing that was confirmed and invents nothing, killed again and again', async () => {
    const rounds = [1, 7, 40, 150];
    for (const [round, count] of rounds.entries()) {
      const prefix = `round${round}`;
      const writer = startWriter(bench.file, 'create', prefix, 100_000);
      await writer.untilConfirmed(count);
      writer.process.kill('SIGKILL');
      expect(await writer.ended).toBe('SIGKILL');
      const registry = bench.open();
      for (const at of writer.confirmed) expect((await registry.get(`${prefix}-${at}`))?.kind).toBe('tool');
      // At most the one whose confirmation was under way, and it is whole.
      const next = writer.confirmed.length;
      expect((await registry.get(`${prefix}-${next}`))?.kind ?? 'tool').toBe('tool');
      expect(await registry.get(`${prefix}-${next + 1}`)).toBeUndefined();
      await registry.create(definitionOf(`after-${round}`), BY);
    }
    const database = new DatabaseSync(bench.file);
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });

  it('leaves no lock behind for others who are writing', async () => {
    const writers = ['a', 'b'].map((prefix) => startWriter(bench.file, 'create', prefix, 200));
    const victim = startWriter(bench.file, 'create', 'victim', 100_000);
    await victim.untilConfirmed(10);
    victim.process.kill('SIGKILL');
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0]);
    const registry = bench.open();
    for (const prefix of ['a', 'b']) expect((await registry.get(`${prefix}-199`))?.kind).toBe('tool');
  });
});

describe('several processes on one registry file', () => {
  it('lose no change that another made, by compare-and-set, and hear of it', async () => {
    const bench = await sqliteBench();
    const registry = bench.open();
    await registry.create({ name: 'counter', description: 'x', code: '0' }, BY);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    const writers = ['a', 'b', 'c'].map((prefix) => startWriter(bench.file, 'count', prefix, 60));
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(await registry.get('counter')).toMatchObject({ revision: 181, definition: { code: '180' } });
    await heard.until(({ tools }) => tools.get('counter')?.revision === 181);
    await bench.close();
  });
});
