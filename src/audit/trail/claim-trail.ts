/**
 * Gives each process that writes to an audit folder a trail of its own: the first that nobody holds. Several Codelooms of
 * one user are the ordinary case, and one that starts again goes on where it stopped.
 *
 * The lock is the operating system's, taken through SQLite on an empty file: it ends with its process, however that ends,
 * and holds across containers that share the folder, where the id of a process says nothing.
 */
import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { lockName } from './file-names.ts';
import { assertTrusted, refusal } from './trusted-folder.ts';

export interface ClaimedTrail {
  readonly trail: number;
  release(): void;
}

/** More at once are somebody's mistake, and would take the disk. */
const MAX_TRAILS = 64;

/** Throws Fault CONFIG_INVALID where none can be had, or the error of the system. */
export async function claimTrail(dir: string): Promise<ClaimedTrail> {
  const { DatabaseSync } = await import('node:sqlite');
  for (let trail = 1; trail <= MAX_TRAILS; trail++) {
    const path = join(dir, lockName(trail));
    makeLockFile(path);
    const lock = new DatabaseSync(path, { timeout: 0 });
    try {
      // Its journal in memory: a lock must not need room on a full disk.
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return { trail, release: () => lock.close() };
    } catch (thrown) {
      lock.close();
      const code = errorCodeOf(thrown);
      if (LOCKLESS_CODES.has(code))
        throw refusal('its file system has no locks that can be used. Name a local folder', thrown);
      if (code !== SQLITE_BUSY) throw thrown;
    }
  }
  throw refusal(`${MAX_TRAILS} other processes write to it. Name another folder`);
}

/** For its owner alone, before SQLite would make it for everybody. */
function makeLockFile(path: string): void {
  const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW = 0 } = constants;
  try {
    // A file that is there is never opened here: closing it would give up the lock of another trail of this process.
    closeSync(openSync(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, 0o600));
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
    assertTrusted(lstatSync(path));
  }
}

/** Codes of SQLite: somebody has it; what locks fail with (SQLITE_IOERR, SQLITE_PROTOCOL, SQLITE_NOLFS). */
const SQLITE_BUSY = 5;
const LOCKLESS_CODES: ReadonlySet<number | undefined> = new Set([10, 15, 22]);

/** The primary code; what SQLite knows beyond it is in the higher bytes. */
function errorCodeOf(thrown: unknown): number | undefined {
  const code = thrown instanceof Error && 'errcode' in thrown ? thrown.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}
