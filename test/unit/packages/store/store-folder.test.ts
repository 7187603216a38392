import { mkdir, mkdtemp, readdir, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeRecord } from '../../../../src/packages/store/set-record.ts';
import { openStoreFolder, type StoreFolder } from '../../../../src/packages/store/store-folder.ts';

const [ONE, OTHER] = ['1'.repeat(64), '2'.repeat(64)];
const STALE_MS = 60_000;

async function open(): Promise<{ readonly store: StoreFolder; readonly dir: string }> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'codeloom-store-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return { dir, store: await openStoreFolder(dir, STALE_MS) };
}

/** A set without files, as far as its record goes. */
async function publish(store: StoreFolder, hash: string, bytes: number): Promise<void> {
  const staged = await store.stage();
  await writeRecord(staged, { hash, packages: [], files: new Map(), native: [], bytes });
  await store.publish(staged, hash);
}

describe('the folder of the store', () => {
  it('lies where links lead to, so that paths in it are true', async () => {
    const { dir } = await open();
    await mkdir(join(dir, 'real'));
    await symlink(join(dir, 'real'), join(dir, 'link'));
    const store = await openStoreFolder(join(dir, 'link'), STALE_MS);
    expect(store.setFolder(ONE)).toBe(join(dir, 'real', 'sets', ONE));
  });

  it('takes for resolved only what is a hash', async () => {
    const { store, dir } = await open();
    await publish(store, ONE, 0);
    await store.setResolved('key', ONE);
    expect(await store.resolved('key')).toBe(ONE);
    for (const text of ['', '../../etc', `${ONE}/..`]) {
      await writeFile(join(dir, 'resolved', 'key'), text);
      expect(await store.resolved('key')).toBeUndefined();
    }
    expect(await store.resolved('absent')).toBeUndefined();
  });

  it('keeps the set that was there first, and puts a whole one in the place of a broken one', async () => {
    const { store } = await open();
    for (const _time of [1, 2]) await publish(store, ONE, 0);
    await writeFile(join(store.setFolder(ONE), 'set.json'), 'broken');
    await publish(store, ONE, 0);
    expect(await readdir(store.setFolder(ONE))).toEqual(['set.json']);
  });

  it('removes what was used least recently where it is too much, but never the set in hand', async () => {
    const { store, dir } = await open();
    await publish(store, ONE, 600);
    await publish(store, OTHER, 600);
    await store.prune(1_200, ONE);
    expect((await readdir(join(dir, 'sets'))).sort()).toEqual([ONE, OTHER]);
    await store.prune(100, ONE);
    expect(await readdir(join(dir, 'sets'))).toEqual([ONE]);
  });

  it('removes what a process that died was installing, and not what one is installing now', async () => {
    const { store, dir } = await open();
    const [dead, living] = [await store.stage(), await store.stage()];
    const before = new Date(Date.now() - 2 * STALE_MS);
    await utimes(dead, before, before);
    await store.prune(1, ONE);
    expect((await readdir(join(dir, 'staging'))).map((name) => join(dir, 'staging', name))).toEqual([living]);
  });
});
