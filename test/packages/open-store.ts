/** A package store of its own folder, whose npm knows no registry but the test's and no configuration but the test's. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PackageSettings } from '../../src/base/config.ts';
import { Fault } from '../../src/base/fault.ts';
import { type LimitOverrides, resolveLimits } from '../../src/base/limits.ts';
import { createLog } from '../../src/base/log.ts';
import type { Dependency, PackageSet } from '../../src/base/packages/package-set.ts';
import { createPackageStore, type PackageStore } from '../../src/packages/package-store.ts';
import { type LocalRegistry, type PublishedPackage, startRegistry } from './local-registry.ts';

export const NEVER = new AbortController().signal;

export interface StoreBench {
  readonly store: PackageStore;
  readonly registry: LocalRegistry;
  readonly dir: string;
  readonly home: string;
  /** `{ ms: '^2' }` for what is declared. */
  open(declared: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<PackageSet>;
  /** The message of the fault that opening ends with, with its code before it. */
  refusal(declared: Readonly<Record<string, string>>): Promise<string>;
  /** Another store on the same folder, as another process has it. */
  second(settings?: Partial<PackageSettings>, variables?: Readonly<Record<string, string>>): StoreBench;
}

export interface StoreBenchOptions {
  readonly packages: readonly PublishedPackage[];
  readonly settings?: Partial<PackageSettings>;
  readonly limits?: LimitOverrides;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Everything is closed and removed when the test is finished. */
export async function openStore({ packages, ...options }: StoreBenchOptions): Promise<StoreBench> {
  const [registry, home, dir] = await Promise.all([
    startRegistry(packages),
    mkdtemp(join(tmpdir(), 'codeloom-home-')),
    mkdtemp(join(tmpdir(), 'codeloom-packages-')),
  ]);
  await writeFile(join(home, '.npmrc'), `registry=${registry.url}\n`);
  onTestFinished(async () => {
    await registry.close();
    for (const folder of [home, dir]) await rm(folder, { recursive: true, force: true });
  });
  return openBench(registry, home, dir, options);
}

function openBench(
  registry: LocalRegistry,
  home: string,
  dir: string,
  { settings, limits, variables }: Omit<StoreBenchOptions, 'packages'>,
): StoreBench {
  const store = createPackageStore({
    settings: { install: 'on', allow: [], block: [], ...settings },
    dir,
    limits: resolveLimits(limits),
    log: createLog('silent'),
    variables: { PATH: process.env.PATH, HOME: home, USERPROFILE: home, ...variables },
  });
  onTestFinished(() => store.close());
  const open = async (declared: Readonly<Record<string, string>>, signal = NEVER) => {
    const set = await store.open(declare(declared), signal);
    if (set === undefined) throw new Error('nothing was declared');
    return set;
  };
  return {
    store,
    registry,
    dir,
    home,
    open,
    refusal: async (declared) => {
      try {
        await open(declared);
      } catch (thrown) {
        if (thrown instanceof Fault) return `${thrown.code}: ${thrown.message}`;
        throw thrown;
      }
      return 'installed';
    },
    second: (otherSettings, otherVariables) =>
      openBench(registry, home, dir, {
        settings: { ...settings, ...otherSettings },
        variables: { ...variables, ...otherVariables },
        ...(limits === undefined ? {} : { limits }),
      }),
  };
}

export function declare(declared: Readonly<Record<string, string>>): readonly Dependency[] {
  return Object.entries(declared).map(([name, version]) => ({ name, version }));
}
