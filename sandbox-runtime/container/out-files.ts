/**
 * The files that a program leaves in OUT_DIR, read without following links, and without waiting for a pipe or for a
 * file that has no end. Called by container-runner.ts at the end of a run and by the keeper of a long-lived sandbox.
 * It runs beside the program, so the host holds the same caps again.
 */
import {
  closeSync,
  constants,
  type Dir,
  fstatSync,
  lstatSync,
  mkdirSync,
  type OpenMode,
  opendirSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';
import { type ArtifactLimits, OUT_DIR } from '../protocol.ts';

/** Entries that are looked at, folders included. */
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 32;
const SHOWN_REASONS = 10;
const NO_WAIT: OpenMode = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface OutFilesOptions {
  readonly limits: ArtifactLimits;
  /** When to stop, by `performance.now()`: what has not been read by then is left out. */
  readonly untilMs: number;
  /** False for a file that is known already; absent means that none is. */
  isNew?(path: string, stats: Stats): boolean;
  /** The file was handed over, or left out for what it is: it need not be looked at again as long as it stays the same. */
  onSettled?(path: string, stats: Stats): void;
  onFile(path: string, base64: string): void;
}

export interface LeftOut {
  readonly files: number;
  /** One sentence for each of the first few. */
  readonly reasons: readonly string[];
}

type Leave = (path: string, reason: string) => void;

/** Makes OUT_DIR where it is missing, so that whoever writes there need not. What stands in its place is left alone. */
export function makeOutDir(): void {
  try {
    mkdirSync(OUT_DIR);
  } catch {
    // It is there, or there is no room for it: whoever writes is told.
  }
}

/** Hands over each file that may come back, by path; returns what was left out. */
export function collectOutFiles(options: OutFilesOptions): LeftOut {
  const { limits, untilMs, onFile } = options;
  const reasons: string[] = [];
  let leftOut = 0;
  const leave: Leave = (path, reason) => {
    leftOut += 1;
    if (reasons.length < SHOWN_REASONS) reasons.push(`${OUT_DIR}/${path} does not come back: ${reason}.`);
  };
  let files = 0;
  let total = 0;
  for (const path of listFiles(options, leave)) {
    if (performance.now() > untilMs) leave(path, 'there was no time left');
    else {
      const content = readFile(path, options, limits.totalBytes - total, files, leave);
      if (content === undefined) continue;
      files += 1;
      total += content.length;
      onFile(path, content.toString('base64'));
    }
  }
  return { files: leftOut, reasons };
}

/** Paths of plain files below OUT_DIR, sorted, so that the same files are chosen each time. */
function listFiles(options: OutFilesOptions, leave: Leave): readonly string[] {
  const found: string[] = [];
  const folders = [''];
  let entries = 0;
  if (!isFolder(OUT_DIR)) return found;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of entriesOf(folder)) {
      const path = `${folder}${entry.name}`;
      entries += 1;
      if (entries > MAX_ENTRIES) {
        leave(path, `it and all that follows come after ${MAX_ENTRIES} others`);
        return found.sort();
      }
      if (entry.isFile()) found.push(path);
      else if (!entry.isDirectory()) leaveOnce(path, 'it is no plain file', options, leave);
      else if (path.split('/').length > MAX_DEPTH)
        leaveOnce(path, `it lies more than ${MAX_DEPTH} folders deep`, options, leave);
      else folders.push(`${path}/`);
    }
  }
  return found.sort();
}

/** Told again only where it has become something else. */
function leaveOnce(path: string, reason: string, { isNew, onSettled }: OutFilesOptions, leave: Leave): void {
  try {
    const stats = lstatSync(`${OUT_DIR}/${path}`);
    if (isNew?.(path, stats) === false) return;
    onSettled?.(path, stats);
  } catch {
    // It has gone meanwhile.
  }
  leave(path, reason);
}

/** One by one: a folder of a million entries is never held as a list. */
function* entriesOf(folder: string) {
  let dir: Dir;
  try {
    dir = opendirSync(`${OUT_DIR}/${folder}`);
  } catch {
    return;
  }
  try {
    for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) yield entry;
  } finally {
    dir.closeSync();
  }
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

function readFile(
  path: string,
  { limits, isNew, onSettled }: OutFilesOptions,
  room: number,
  files: number,
  leave: Leave,
): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(`${OUT_DIR}/${path}`, NO_WAIT);
    // Asked of what was opened: between listing and opening, another process may have put something else in its place.
    const stats = fstatSync(descriptor);
    if (isNew?.(path, stats) === false) return undefined;
    const refusal = refusalOfFile(stats, limits);
    const late = refusal ?? refusalForRoom(stats, limits, room, files);
    if (refusal !== undefined || late === undefined) onSettled?.(path, stats);
    if (late === undefined) return readBytes(descriptor, stats.size);
    leave(path, late);
  } catch {
    leave(path, 'it could not be read');
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  return undefined;
}

function refusalOfFile(stats: Stats, { bytes }: ArtifactLimits): string | undefined {
  if (!stats.isFile()) return 'it is no plain file';
  return stats.size > bytes ? `it has ${stats.size} bytes, more than ${bytes} (limit artifactBytes)` : undefined;
}

function refusalForRoom(stats: Stats, limits: ArtifactLimits, room: number, files: number): string | undefined {
  if (files >= limits.count) return `${limits.count} files have come before it (limit artifacts)`;
  if (stats.size <= room) return undefined;
  return `its ${stats.size} bytes and those before it are more than ${limits.totalBytes} (limit artifactTotalBytes)`;
}

/** So many bytes, or fewer where the file has become shorter; never more, however it grows. */
function readBytes(descriptor: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let at = 0;
  for (let read = 1; read > 0 && at < size; at += read) read = readSync(descriptor, bytes, at, size - at, at);
  return bytes.subarray(0, at);
}
