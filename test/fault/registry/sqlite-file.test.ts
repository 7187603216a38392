import { chmod, copyFile, open, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { SqliteStore } from '../../../src/registry/sqlite/sqlite-store.ts';
import { BY, definitionOf } from '../../contract/registry/registry-contract.ts';
import { hearChanges } from './hear-changes.ts';
import { NOTHING_RESERVED, SILENT, type SqliteBench, sqliteBench } from './sqlite-bench.ts';

describe("the registry's file", () => {
  let bench: SqliteBench;
  beforeEach(async () => {
    bench = await sqliteBench();
  });
  afterEach(() => bench.close());

  /** One that does not wait for a lock for long. */
  function openImpatient(): Registry {
    const store = new SqliteStore({ file: bench.file, isReadOnly: false, waitMs: 100 });
    return createRegistry({ store, isReadOnly: false, reserved: NOTHING_RESERVED, log: SILENT });
  }

  it('locked by another process refuses writes, still reads, and recovers when it is let go', async () => {
    const registry = openImpatient();
    const stored = await registry.create(definitionOf('tool'), BY);
    const other = new DatabaseSync(bench.file);
    other.exec('BEGIN IMMEDIATE');
    await expect(registry.create(definitionOf('late'), BY)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('locked'),
    });
    expect(await registry.get('tool')).toEqual(stored);
    other.exec('ROLLBACK');
    other.close();
    expect(await registry.create(definitionOf('late'), BY)).toMatchObject({ revision: 1 });
    await registry.close();
  });

  it('locked for a moment only is waited for', async () => {
    const registry = bench.open();
    await registry.create(definitionOf('tool'), BY);
    const other = new DatabaseSync(bench.file);
    other.exec('BEGIN IMMEDIATE');
    const late = registry.create(definitionOf('late'), BY);
    // Other work goes on while it waits.
    expect(await registry.get('tool')).toBeDefined();
    other.exec('ROLLBACK');
    other.close();
    expect(await late).toMatchObject({ revision: 1 });
  });

  it.each([
    ['taken away', (file: string) => rm(file)],
    ['replaced by an empty one', async (file: string) => rename(await emptyBeside(file), file)],
  ])('%s is never written to by its old handle', async (_what, doIt) => {
    const registry = bench.open();
    await registry.create(definitionOf('before'), BY);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    for (const beside of ['-wal', '-shm']) await rm(`${bench.file}${beside}`, { force: true });
    await doIt(bench.file);
    expect(await registry.create(definitionOf('after'), BY)).toMatchObject({ revision: 1 });
    expect(await bench.open().get('after')).toMatchObject({ kind: 'tool' });
    expect(await registry.get('before')).toBeUndefined();
    await heard.until(({ resets }) => resets === 2);
  });

  it('put back from a backup is read anew by those who had it open', async () => {
    const backup = join(bench.folder, 'backup');
    const first = bench.open();
    await first.create(definitionOf('kept'), BY);
    await first.close();
    await copyFile(bench.file, backup);
    const registry = bench.open();
    await registry.create(definitionOf('lost'), BY);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    for (const beside of ['-wal', '-shm']) await rm(`${bench.file}${beside}`);
    await rename(backup, bench.file);
    await heard.until(({ resets }) => resets === 2);
    expect(await registry.get('kept')).toMatchObject({ kind: 'tool' });
    expect(await registry.get('lost')).toBeUndefined();
  });

  it.each([
    ['overwritten with rubbish', (file: string) => writeFile(file, 'x'.repeat(20_000))],
    ['cut off', (file: string) => truncate(file, 5_000)],
    ['damaged in the middle', (file: string) => overwriteFrom(file, 4_096)],
  ])('%s is told, and a good one in its place is used at once', async (_what, damage) => {
    const first = bench.open();
    for (let at = 0; at < 50; at++) await first.create(definitionOf(`tool-${at}`), BY);
    await first.close();
    const backup = join(bench.folder, 'backup');
    await copyFile(bench.file, backup);
    await damage(bench.file);
    const registry = bench.open();
    await expect(readAll(registry)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringMatching(/damaged/),
    });
    await rename(backup, bench.file);
    expect(await readAll(registry)).toBe(50);
  });

  it('of a newer Codeloom is left alone', async () => {
    await bench.open().create(definitionOf('tool'), BY);
    await bench.execute('PRAGMA user_version = 99');
    const { mtimeMs } = await stat(bench.file);
    for (const isReadOnly of [false, true]) {
      const registry = bench.open({ isReadOnly });
      await expect(registry.get('tool')).rejects.toThrow('newer Codeloom');
    }
    expect((await stat(bench.file)).mtimeMs).toBe(mtimeMs);
  });

  it('that is not there yet reads as an empty one where nothing may be written, until somebody makes it', async () => {
    const reader = bench.open({ isReadOnly: true });
    expect(await reader.list()).toEqual({ tools: [] });
    await expect(stat(bench.file)).rejects.toMatchObject({ code: 'ENOENT' });
    const stored = await bench.open().create(definitionOf('tool'), BY);
    expect(await reader.get('tool')).toEqual(stored);
  });

  it('is made by the first write, and by nobody who only looks', async () => {
    const [registry, other] = [bench.open(), bench.open()];
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    expect(await registry.list()).toEqual({ tools: [] });
    expect(await registry.get('tool')).toBeUndefined();
    expect(await registry.health()).toMatchObject({ kind: 'up', tools: 0 });
    await expect(stat(bench.file)).rejects.toMatchObject({ code: 'ENOENT' });
    const stored = await other.create(definitionOf('tool'), BY);
    await heard.until(({ tools }) => tools.has('tool'));
    expect(await registry.get('tool')).toEqual(stored);
    expect(await registry.create(definitionOf('second'), BY)).toMatchObject({ revision: 1 });
    expect((await other.list()).tools).toHaveLength(2);
  });

  it('in a folder that cannot be made is told without its path', async () => {
    await writeFile(join(bench.folder, 'file'), '');
    const store = new SqliteStore({ file: join(bench.folder, 'file', 'registry.db'), isReadOnly: false });
    const registry = createRegistry({ store, isReadOnly: false, reserved: NOTHING_RESERVED, log: SILENT });
    const health = await registry.health();
    expect(health).toMatchObject({ kind: 'down', reason: expect.stringContaining('cannot be opened or made') });
    expect(JSON.stringify(health)).not.toContain(bench.folder);
  });
});

async function readAll(registry: Registry): Promise<number> {
  for (let at = 0; at < 50; at++) await registry.get(`tool-${at}`);
  return (await registry.list({ limit: 100 })).tools.length;
}

async function emptyBeside(file: string): Promise<string> {
  const empty = `${file}.empty`;
  await writeFile(empty, '');
  await chmod(empty, 0o600);
  return empty;
}

async function overwriteFrom(file: string, position: number): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(size - position, 0xff), 0, size - position, position);
  await handle.close();
}
