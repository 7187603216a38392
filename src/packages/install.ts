/**
 * Installs one set into a staged folder: npm resolves it, the lock file is judged, npm fetches what the lock file says,
 * and what lies there then is looked at. Called by package-store.ts. Nothing is downloaded of a tree that is refused.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import type { Limits } from '../base/limits.ts';
import type { Dependency } from '../base/packages/package-set.ts';
import { type LockFile, readLockFile } from './lock-file.ts';
import { fetchesFromRegistriesAlone, findNpm, OLDEST_NPM } from './npm/find-npm.ts';
import type { Variables } from './npm/npm-environment.ts';
import { toFault } from './npm/npm-failure.ts';
import { type NpmRun, runNpm } from './npm/run-npm.ts';
import { enforcePolicy, type PackagePolicy } from './policy.ts';
import { type SetRecord, writeRecord } from './store/set-record.ts';
import { inspectTree } from './store/tree.ts';

export interface InstallOptions {
  readonly limits: Limits;
  readonly policy: PackagePolicy;
  readonly variables: Variables;
}

export interface StagedSet {
  readonly lock: LockFile;
  /** Fetches what was resolved and writes its record into the folder. */
  fetch(): Promise<SetRecord>;
}

/** Rejects with Fault DEPENDENCY_REFUSED or DEPENDENCY_UNAVAILABLE, or with `signal.reason`. */
export async function resolveSet(
  dependencies: readonly Dependency[],
  folder: string,
  { limits, policy, variables }: InstallOptions,
  signal: AbortSignal,
): Promise<StagedSet> {
  const npm = await findNpm(variables.PATH);
  if (npm === undefined) {
    const message =
      'This server has no npm on its PATH, so no dependencies can be installed; its operator can install it.';
    throw new Fault('DEPENDENCY_UNAVAILABLE', message);
  }
  if (!(await fetchesFromRegistriesAlone(npm, variables, folder))) {
    const message = `The npm of this server is too old to be kept to registries, so no dependencies can be installed; its operator can install npm ${OLDEST_NPM} or newer.`;
    throw new Fault('DEPENDENCY_UNAVAILABLE', message);
  }
  const run: NpmRun = { npm, variables, folder, limits };
  await mkdir(join(folder, '.tmp'));
  await writeFile(join(folder, 'package.json'), packageJson(dependencies), { mode: 0o600 });
  await npmOrFault(['install', '--package-lock-only'], run, signal);
  const lock = readLockFile(await readFile(join(folder, 'package-lock.json'), 'utf8'), limits.packages);
  enforcePolicy(lock.packages, policy);
  return {
    lock,
    fetch: async () => {
      await npmOrFault(['ci'], run, signal);
      for (const scrap of ['.npm-cache', '.tmp']) await rm(join(folder, scrap), { recursive: true, force: true });
      const record = { hash: lock.hash, packages: lock.packages, ...(await inspectTree(folder, lock.packages)) };
      await writeRecord(folder, record);
      return record;
    },
  };
}

/** `type` is absent on purpose: nothing of this folder is a module. */
function packageJson(dependencies: readonly Dependency[]): string {
  const byName = Object.fromEntries(dependencies.map(({ name, version }) => [name, version]));
  return JSON.stringify({ name: 'set', version: '1.0.0', private: true, dependencies: byName });
}

async function npmOrFault(command: readonly string[], run: NpmRun, signal: AbortSignal): Promise<void> {
  const end = await runNpm(command, run, signal);
  if (end.kind === 'done') return;
  if (end.kind === 'failed') throw toFault(end.printed);
  const [what, unit] = end.limit === 'installMs' ? ['took longer than', 'ms'] : ['took more room than', 'MB'];
  const message = `Installing the dependencies ${what} ${run.limits[end.limit]} ${unit} (limit ${end.limit}); declare fewer or smaller packages.`;
  throw new Fault(end.limit === 'installMs' ? 'DEPENDENCY_UNAVAILABLE' : 'DEPENDENCY_REFUSED', message);
}
