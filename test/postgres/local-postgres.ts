/**
 * Where PostgreSQL is on this machine, for the tests that need a real one, and who may run it. `npm run postgres:prepare`
 * installs it where it is missing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Debian keeps the server's programs out of the PATH, by version. */
const DEBIAN = '/usr/lib/postgresql/*/bin/initdb';

export interface LocalPostgres {
  /** Folder of `initdb` and `postgres`. */
  readonly programs: string;
  /** Who runs them: PostgreSQL refuses to run as root. Absent: whoever runs the tests. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export function findPostgres(): LocalPostgres | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'initdb'));
  const debian = globSync(DEBIAN).sort((one, other) => versionOf(other) - versionOf(one));
  const initdb = [...debian, ...onPath].find((file) => existsSync(file));
  if (initdb === undefined) return undefined;
  const programs = dirname(initdb);
  if (process.getuid?.() !== 0) return { programs };
  return { programs, user: { uid: idOf('-u'), gid: idOf('-g') } };
}

/**
 * Why tests with PostgreSQL cannot run here, for `describe.skipIf`; undefined where they can. Throws in CI: there a missing
 * server is a failure, never a skip.
 */
export function missingPostgres(): string | undefined {
  const isThere = findPostgres() !== undefined;
  if (isThere) return undefined;
  const reason = 'no initdb of PostgreSQL; see npm run postgres:prepare';
  if (process.env.CI !== undefined) throw new Error(reason);
  return reason;
}

function versionOf(path: string): number {
  return Number(/postgresql\/([\d.]+)/.exec(path)?.[1] ?? 0);
}

/** Of the user that the package made. */
function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}
