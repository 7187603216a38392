/**
 * The sets of one process: found in memory, found on the disk, or installed, each once however many ask at a time. Made
 * by package-store.ts. Knows nothing of whether a request may have what it asks for.
 */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import type { PackageSettings } from '../base/config.ts';
import { Fault } from '../base/fault.ts';
import { contentHash } from '../base/json.ts';
import type { Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import type { Dependency } from '../base/packages/package-set.ts';
import { type InstallOptions, resolveSet, type StagedSet } from './install.ts';
import type { Variables } from './npm/npm-environment.ts';
import { openRecord, RECORD_FILE, type SetRecord } from './store/set-record.ts';
import { openStoreFolder, type StoreFolder } from './store/store-folder.ts';

export interface PackageSetsOptions {
  readonly settings: PackageSettings;
  /** Where the store is kept. */
  readonly dir: string;
  readonly limits: Limits;
  readonly log: Log;
  /** The environment that npm gets a part of. */
  readonly variables: Variables;
}

export interface OpenedSet {
  readonly record: SetRecord;
  readonly folder: string;
}

const PARALLEL_INSTALLS = 2;
const QUEUED_INSTALLS = 32;
const REMEMBERED_SETS = 32;
/** Longer than npm may run for any process that shares the folder, whatever its limits are. */
const STALE_MS = 3_600_000;
const MEGABYTE = 1024 * 1024;

export class PackageSets {
  readonly #options: PackageSetsOptions;
  readonly #queue = new PQueue({ concurrency: PARALLEL_INSTALLS });
  readonly #closing = new AbortController();
  readonly #remembered = new Map<string, OpenedSet>();
  readonly #running = new Map<string, Promise<OpenedSet>>();
  #store: Promise<StoreFolder> | undefined;

  constructor(options: PackageSetsOptions) {
    this.#options = options;
  }

  /** Rejects with Fault. Goes on when nobody waits any more: the next one to ask is glad of it. */
  get(dependencies: readonly Dependency[]): Promise<OpenedSet> {
    const key = contentHash('declared 1', JSON.stringify(dependencies));
    const found = this.#running.get(key) ?? this.#find(key, dependencies).finally(() => this.#running.delete(key));
    this.#running.set(key, found);
    return found;
  }

  async close(): Promise<void> {
    this.#closing.abort(new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.'));
    await Promise.allSettled([...this.#running.values()]);
  }

  async #find(key: string, dependencies: readonly Dependency[]): Promise<OpenedSet> {
    this.#closing.signal.throwIfAborted();
    const store = await this.#open();
    const known = this.#remembered.get(key) ?? (await openResolved(store, key));
    if (known !== undefined && (await isThere(known))) return this.#remember(key, known);
    if (this.#queue.size >= QUEUED_INSTALLS)
      throw new Fault('POOL_SATURATED', 'Too many installations of dependencies are waiting; try again in a moment.');
    const installing = () => install(store, key, dependencies, this.#options, this.#closing.signal);
    return this.#remember(key, await this.#queue.add(installing));
  }

  #open(): Promise<StoreFolder> {
    this.#store ??= openStoreFolder(this.#options.dir, STALE_MS).catch((thrown: unknown) => {
      this.#store = undefined;
      throw noFolder(thrown);
    });
    return this.#store;
  }

  #remember(key: string, set: OpenedSet): OpenedSet {
    this.#remembered.delete(key);
    this.#remembered.set(key, set);
    for (const oldest of this.#remembered.keys())
      if (this.#remembered.size > REMEMBERED_SETS) this.#remembered.delete(oldest);
    return set;
  }
}

async function openResolved(store: StoreFolder, key: string): Promise<OpenedSet | undefined> {
  const hash = await store.resolved(key);
  if (hash === undefined) return undefined;
  const record = await openRecord(store.setFolder(hash), hash);
  if (record === undefined) return undefined;
  await store.touch(hash);
  return { record, folder: store.setFolder(hash) };
}

/** Another process may have removed it to make room. */
async function isThere({ folder }: OpenedSet): Promise<boolean> {
  return access(join(folder, RECORD_FILE)).then(
    () => true,
    () => false,
  );
}

async function install(
  store: StoreFolder,
  key: string,
  dependencies: readonly Dependency[],
  { limits, settings, variables, log }: PackageSetsOptions,
  signal: AbortSignal,
): Promise<OpenedSet> {
  const staged = await store.stage();
  try {
    const options: InstallOptions = { limits, variables, policy: { allow: settings.allow, block: settings.block } };
    const set = await resolveSet(dependencies, staged, options, signal);
    const record = await place(store, staged, set);
    await store.setResolved(key, set.lock.hash);
    await store.prune(limits.storeMb * MEGABYTE, set.lock.hash);
    log.info({ packages: set.lock.packages.length, set: set.lock.hash.slice(0, 12) }, 'dependencies installed');
    return { record, folder: store.setFolder(set.lock.hash) };
  } catch (thrown) {
    if (thrown instanceof Fault || signal.aborted) throw thrown;
    const { code } = thrown as NodeJS.ErrnoException;
    throw code === undefined ? thrown : noFolder(thrown);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Other ranges may have led to a set that is there already. */
async function place(store: StoreFolder, staged: string, { lock, fetch }: StagedSet): Promise<SetRecord> {
  const known = await openRecord(store.setFolder(lock.hash), lock.hash);
  if (known !== undefined) return known;
  const record = await fetch();
  await store.publish(staged, lock.hash);
  return record;
}

function noFolder(thrown: unknown): Fault {
  const message =
    'The folder for dependencies cannot be written; the operator can name another (setting packagesDir), or make room.';
  return new Fault('DEPENDENCY_UNAVAILABLE', message, thrown);
}
