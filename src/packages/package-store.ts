/**
 * The package store: from what a request declares to an installed set. Called by the spine before a program is compiled.
 * A set that was installed once costs no installation again, in any process; a range that was resolved once stays
 * resolved. Never runs anything of a package.
 */
import { raceAbort } from '../base/deadline.ts';
import { Fault } from '../base/fault.ts';
import { contentHash } from '../base/json.ts';
import type { Dependency, PackageSet } from '../base/packages/package-set.ts';
import { readDependencies } from './dependencies.ts';
import { PackageSets, type PackageSetsOptions } from './package-sets.ts';
import { enforcePolicy } from './policy.ts';

export interface PackageStore {
  /**
   * The set of what is declared, installed; undefined where nothing is declared. Rejects with Fault ARGUMENTS_INVALID,
   * DEPENDENCY_REFUSED or DEPENDENCY_UNAVAILABLE, the latter also where the signal aborts without a fault of its own: there is
   * no run yet that could be told to be cancelled. An installation goes on for whoever asks next. `check` throws for a
   * package of the whole tree that this caller may not have; it is asked when the tree is known, and before anybody gets it.
   */
  open(
    dependencies: readonly Dependency[] | undefined,
    signal: AbortSignal,
    check?: (name: string, via: readonly string[]) => void,
  ): Promise<PackageSet | undefined>;
  /** Ends running installations; resolves when no npm is left. */
  close(): Promise<void>;
}

export function createPackageStore(options: PackageSetsOptions): PackageStore {
  const { settings, limits } = options;
  const policy = { allow: settings.allow, block: settings.block };
  const sets = new PackageSets(options);
  return {
    open: async (given = [], signal, check) => {
      if (given.length === 0) return undefined;
      const dependencies = readDependencies(given, limits.dependencies);
      if (settings.install === 'off') {
        const message = 'This server installs no dependencies; its operator can allow that (setting dependencies).';
        throw new Fault('DEPENDENCY_REFUSED', message);
      }
      enforcePolicy(
        dependencies.map(({ name }) => ({ name, via: [] })),
        policy,
      );
      const { record, folder } = await raceAbort(sets.get(dependencies), signal).catch((thrown: unknown) => {
        throw signal.aborted && !(thrown instanceof Fault) ? cancelled(thrown) : thrown;
      });
      enforcePolicy(record.packages, policy);
      for (const { name, via } of record.packages) check?.(name, via);
      const names = dependencies.map(({ name }) => name);
      const { files, native } = record;
      return { hash: contentHash(record.hash, ...names), folder, names, files, native: new Set(native) };
    },
    close: () => sets.close(),
  };
}

function cancelled(reason: unknown): Fault {
  const message = 'The request was cancelled before its dependencies were installed.';
  return new Fault('DEPENDENCY_UNAVAILABLE', message, reason);
}
