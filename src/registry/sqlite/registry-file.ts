/**
 * The file of the SQLite registry: where it is, and whether it may be trusted. Called before every opening. Dynamic tools
 * run with the rights of whoever calls them, so a file that others could have put there or could write is refused.
 */
import { accessSync, chmodSync, closeSync, constants, lstatSync, mkdirSync, openSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Fault } from '../../base/fault.ts';

export const ABSENT = 'absent';

/** Which file a path leads to at the moment; `ABSENT` where there is none. A file put in its place is another. */
export function identityOf(file: string): string {
  const stats = statOf(file);
  return stats === undefined ? ABSENT : `${stats.dev}:${stats.ino}`;
}

/**
 * Makes the folder and the file where they are missing, for their owner alone, before SQLite would make them for
 * everybody. Throws Fault REGISTRY_UNAVAILABLE where what is there may not be trusted, or the error of the system.
 */
export function prepareFile(file: string): void {
  const folder = dirname(resolve(file));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertTrusted(file);
  const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW = 0 } = constants;
  try {
    closeSync(openSync(file, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, 0o600));
  } catch (thrown) {
    if (!isError(thrown, 'EEXIST')) throw thrown;
  }
  const stats = assertTrusted(file);
  // Made before by a careless umask, or by hand; a file of somebody else's is left to them.
  if (stats !== undefined && (stats.mode & 0o077) !== 0 && stats.uid === process.getuid?.()) chmodSync(file, 0o600);
}

/** Throws the error of the system where `prepareFile` would: found out without making anything. */
export function assertMakeable(file: string): void {
  let folder = dirname(resolve(file));
  while (statOf(folder) === undefined && dirname(folder) !== folder) folder = dirname(folder);
  // With the dot, a file in the place of a folder is refused as well.
  accessSync(`${folder}/.`, constants.W_OK | constants.X_OK);
}

/** The file's facts, undefined where there is none. */
export function assertTrusted(file: string): Stats | undefined {
  if (lstatSync(dirname(resolve(file)), { throwIfNoEntry: false })?.isSymbolicLink())
    throw refusal('its folder is a symbolic link. Name the folder that it leads to');
  for (const beside of ['-wal', '-shm', '-journal'])
    if (statOf(`${file}${beside}`)?.isSymbolicLink())
      throw refusal(`its ${beside.slice(1)} is a symbolic link. Remove it`);
  const stats = statOf(file);
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) throw refusal('it is a symbolic link. Name the file that it leads to');
  if (!stats.isFile()) throw refusal('it is no regular file. Name another');
  // Two names have two write-ahead logs, and each would undo what the other says.
  if (stats.nlink > 1) throw refusal('it has a second name (a hard link). Remove that');
  if (process.platform !== 'win32' && (stats.mode & 0o002) !== 0)
    throw refusal('anybody may write it. Look at what is in it, then take that away with chmod');
  return stats;
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function refusal(reason: string): Fault {
  return new Fault('REGISTRY_UNAVAILABLE', `The registry's file is not used: ${reason}.`);
}

function isError(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
