/**
 * Whether a folder and a file of the audit trail may be used: nobody else may be able to put a file there, read what is
 * written, or lead it elsewhere. Called before anything is opened.
 */
import { constants, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../../base/fault.ts';

/** Makes the folder where it is missing, for its owner alone. Throws Fault, or the error of the system. */
export function prepareFolder(dir: string): void {
  // A folder that is no folder is told below, in words.
  if (lstatSync(resolve(dir), { throwIfNoEntry: false }) === undefined)
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stats = lstatSync(resolve(dir));
  if (stats.isSymbolicLink()) throw refusal('it is a symbolic link. Name the folder that it leads to');
  if (!stats.isDirectory()) throw refusal('it is no folder. Name another');
  if (isOthers(stats)) throw refusal('it belongs to another user. Name a folder of your own, or one that is not there');
  if (process.platform !== 'win32' && (stats.mode & 0o022) !== 0)
    throw refusal('others may write there. Take that away with chmod, or name a folder in it that is not there yet');
}

/** Opens a file for appending and reading, making it where it is missing. Throws Fault, or the error of the system. */
export async function openTrusted(path: string, mode: 'make' | 'existing'): Promise<FileHandle> {
  const { O_CREAT, O_EXCL, O_RDWR, O_APPEND, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined) assertTrusted(found);
  const make = mode === 'make' && found === undefined ? O_CREAT | O_EXCL : 0;
  const file = await open(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | make, 0o600);
  try {
    const stats = await file.stat();
    assertTrusted(stats);
    // Made by hand, or by a careless backup.
    if (process.platform !== 'win32' && (stats.mode & 0o777) !== 0o600) await file.chmod(0o600);
    return file;
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

/** Throws Fault where a file must not be used, whatever it is for. */
export function assertTrusted(stats: Stats): void {
  if (stats.isSymbolicLink()) throw refusal('a file in it is a symbolic link. Remove that');
  if (!stats.isFile()) throw refusal('what has the name of a file in it is none. Remove that');
  if (isOthers(stats)) throw refusal('a file in it belongs to another user. Look at it, then remove it');
  if (stats.nlink > 1) throw refusal('a file in it has a second name (a hard link). Remove that');
}

export function refusal(reason: string, cause?: unknown): Fault {
  return new Fault('CONFIG_INVALID', `The folder of the audit trail (auditDir) is not used: ${reason}.`, cause);
}

function isOthers({ uid }: Stats): boolean {
  return process.getuid !== undefined && uid !== process.getuid();
}
