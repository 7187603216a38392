/**
 * The store on the disk: `sets/` by the hash of their contents, `resolved/` from what was declared to a set, `staging/`
 * for what is being installed. Several processes share it: everything appears in its place whole, by a rename, and
 * whoever comes second finds it there.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRecord, RECORD_FILE, readRecord } from './set-record.ts';

const HASH = /^[0-9a-f]{64}$/;

const PARTS = ['sets', 'resolved', 'staging'];

/** Makes the folder where it is not there. `staleMs`: a staged folder that old is nobody's any more. */
export async function openStoreFolder(dir: string, staleMs: number): Promise<StoreFolder> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // Bundling holds paths against this one, so it must be the one that links lead to.
  return new StoreFolder(await realpath(dir), staleMs);
}

export class StoreFolder {
  readonly #root: string;
  readonly #staleMs: number;

  constructor(root: string, staleMs: number) {
    this.#root = root;
    this.#staleMs = staleMs;
  }

  setFolder(hash: string): string {
    return join(this.#root, 'sets', hash);
  }

  /** The hash of the set that was resolved for this key, by any process. */
  async resolved(key: string): Promise<string | undefined> {
    const text = await readFile(join(this.#root, 'resolved', key), 'utf8').catch(() => '');
    return HASH.test(text) ? text : undefined;
  }

  async setResolved(key: string, hash: string): Promise<void> {
    const temporary = this.#temporary();
    await writeFile(temporary, hash, { mode: 0o600 });
    await rename(temporary, join(this.#root, 'resolved', key));
  }

  /** A new empty folder on the same disk as the sets. The store may have been emptied since it was opened. */
  async stage(): Promise<string> {
    for (const part of PARTS) await mkdir(join(this.#root, part), { recursive: true, mode: 0o700 });
    const folder = this.#temporary();
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }

  /** Moves a staged folder into its place, or leaves the one that is there already where that is whole. */
  async publish(staged: string, hash: string): Promise<void> {
    const place = this.setFolder(hash);
    // A rename onto a folder that is not empty fails: then another process was first, with the same contents.
    const isFirst = await rename(staged, place).then(
      () => true,
      () => false,
    );
    if (isFirst || (await openRecord(place, hash)) !== undefined) return;
    await this.#remove(place);
    await rename(staged, place);
  }

  /** Marks the set as used now. */
  async touch(hash: string): Promise<void> {
    await utimes(join(this.setFolder(hash), RECORD_FILE), new Date(), new Date()).catch(() => {});
  }

  /** Removes the sets used least recently until the rest fits, but for one, and what dead processes left. */
  async prune(maxBytes: number, keep: string): Promise<void> {
    for (const path of await tooMany(join(this.#root, 'sets'), maxBytes, keep)) await this.#remove(path);
    for (const path of await olderThan(join(this.#root, 'staging'), this.#staleMs))
      await rm(path, { recursive: true, force: true });
  }

  #temporary(): string {
    return join(this.#root, 'staging', randomUUID());
  }

  /** Out of the way first: a folder that is being removed must not be taken for a set. */
  async #remove(path: string): Promise<void> {
    const aside = this.#temporary();
    await rename(path, aside).catch(() => {});
    await rm(aside, { recursive: true, force: true });
  }
}

async function tooMany(sets: string, maxBytes: number, keep: string): Promise<readonly string[]> {
  const names = (await readdir(sets)).filter((name) => name !== keep);
  const known = await Promise.all(
    names.map(async (name) => {
      const path = join(sets, name);
      const [record, times] = await Promise.all([
        readRecord(path),
        stat(join(path, RECORD_FILE)).catch(() => undefined),
      ]);
      return { path, bytes: record?.bytes ?? 0, usedMs: times?.mtimeMs ?? 0 };
    }),
  );
  let held = (await readRecord(join(sets, keep)))?.bytes ?? 0;
  return known
    .sort((one, other) => other.usedMs - one.usedMs)
    .filter(({ bytes }) => {
      held += bytes;
      return held > maxBytes;
    })
    .map(({ path }) => path);
}

async function olderThan(folder: string, ms: number): Promise<readonly string[]> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const ages = await Promise.all(
    paths.map(async (path) => Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now())),
  );
  return paths.filter((_path, index) => (ages[index] ?? 0) > ms);
}
