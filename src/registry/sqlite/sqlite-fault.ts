/**
 * What SQLite or the file system answered with, as a fault that an operator can act on. Called by sqlite-store.ts. Paths
 * and the database's own words stay in the cause, which only the log sees.
 */
import { Fault, toFault } from '../../base/fault.ts';

/** Primary result codes of SQLite; the rest of a code says more of the same. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** True where somebody else is at it for a moment. */
export function isBusy(thrown: unknown): boolean {
  return [BUSY, LOCKED].includes(codeOf(thrown) ?? -1);
}

/** True where the open file cannot be relied on any more: it is opened anew before the next statement. */
export function isBroken(thrown: unknown): boolean {
  return [READONLY, IOERR, CORRUPT, CANTOPEN, NOTADB].includes(codeOf(thrown) ?? -1);
}

export function sqliteFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  // Whatever SQLite and the file system say has a code; a mistake of our own has none.
  if (codeOf(thrown) === undefined && systemCodeOf(thrown) === undefined) return toFault(thrown);
  return new Fault('REGISTRY_UNAVAILABLE', sentenceOf(thrown), thrown);
}

function sentenceOf(thrown: unknown): string {
  switch (codeOf(thrown) ?? systemCodeOf(thrown)) {
    case BUSY:
    case LOCKED:
      return "The registry's file is locked by another process; nothing was stored.";
    case READONLY:
    case 'EROFS':
      return "The registry's file cannot be written; nothing was stored. Allow it, or start with --read-only.";
    case FULL:
    case 'ENOSPC':
    case 'EDQUOT':
      return "The disk of the registry's file is full; nothing was stored. Make room.";
    case CORRUPT:
    case NOTADB:
      return "The registry's file is damaged, or no registry. Put a backup in its place, or name another with --registry-file.";
    case CANTOPEN:
    case 'EACCES':
    case 'EPERM':
    case 'EEXIST':
    case 'ENOTDIR':
    case 'ENOENT':
      return "The registry's file cannot be opened or made. Allow it, or name another with --registry-file.";
    case IOERR:
      return "The disk of the registry's file failed; nothing was stored.";
    default:
      return "The registry's file cannot be used; Codeloom's log has the details.";
  }
}

function codeOf(thrown: unknown): number | undefined {
  const code = thrown instanceof Error && 'errcode' in thrown ? thrown.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

function systemCodeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
