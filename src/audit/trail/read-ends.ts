/**
 * The last record of a file and what comes after it, and the first record: what somebody who goes on with a trail has to
 * know. Called when a trail is opened, and before its oldest files are removed.
 */
import { hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { MAX_LINE_BYTES, type SealedRecord, unseal } from '../record/seal.ts';

export interface FileEnd {
  readonly bytes: number;
  /** Absent in an empty file. `unreadable`: the last whole line is no record, or not as it was written. */
  readonly last: SealedRecord | 'unreadable' | undefined;
  /** All of the last record is there but the end of its line. */
  readonly lacksEnd?: boolean;
  /** A line that breaks off: its writer was killed, or the disk was full. */
  readonly torn?: { readonly bytes: number; readonly sha256: string };
}

const LINE_FEED = 0x0a;

export async function readEnd(file: FileHandle): Promise<FileEnd> {
  const { size } = await file.stat();
  const from = Math.max(0, size - 2 * MAX_LINE_BYTES);
  const tail = await readAt(file, from, size - from);
  const end = tail.lastIndexOf(LINE_FEED) + 1;
  const rest = tail.subarray(end);
  const unended = rest.length > MAX_LINE_BYTES ? undefined : unseal(rest.toString('latin1'));
  if (unended !== undefined) return { bytes: size, last: unended, lacksEnd: true };
  const torn = rest.length === 0 ? {} : { torn: { bytes: rest.length, sha256: hash('sha256', rest) } };
  if (end === 0) return { bytes: size, last: from === 0 ? undefined : 'unreadable', ...torn };
  const begin = end < 2 ? 0 : tail.lastIndexOf(LINE_FEED, end - 2) + 1;
  const line = tail.subarray(begin, end - 1).toString('latin1');
  return { bytes: size, last: unseal(line) ?? 'unreadable', ...torn };
}

/** Undefined where there is none, or it cannot be read. */
export async function readFirst(file: FileHandle): Promise<SealedRecord | undefined> {
  const head = await readAt(file, 0, MAX_LINE_BYTES);
  const end = head.indexOf(LINE_FEED);
  return end === -1 ? undefined : unseal(head.subarray(0, end).toString('latin1'));
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, from + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}
