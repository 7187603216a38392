/**
 * What the store writes beside a set when it is installed, and how a set is opened again: the record is read and every
 * file is held against its hash, so that a set that was cut or changed on the disk is noticed and installed anew.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, parseJson } from '../../base/json.ts';
import type { LockedPackage } from '../lock-file.ts';
import { sha256, type Tree } from './tree.ts';

export interface SetRecord extends Tree {
  readonly hash: string;
  readonly packages: readonly LockedPackage[];
}

export const RECORD_FILE = 'set.json';
const READ_AT_ONCE = 16;

export async function writeRecord(folder: string, { files, ...record }: SetRecord): Promise<void> {
  await writeFile(join(folder, RECORD_FILE), JSON.stringify({ ...record, files: [...files] }), { mode: 0o600 });
}

/** The set in the folder, or undefined where none is there or not all of it. */
export async function openRecord(folder: string, hash: string): Promise<SetRecord | undefined> {
  const record = await readRecord(folder);
  if (record === undefined || record.hash !== hash) return undefined;
  const waiting = [...record.files];
  let isWhole = true;
  const readNext = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined && isWhole; next = waiting.pop())
      if ((await hashOf(join(folder, next[0]))) !== next[1]) isWhole = false;
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, readNext));
  return isWhole ? record : undefined;
}

/** We wrote it ourselves, in a folder of ours: looked at only as far as a file that was cut short goes. */
export async function readRecord(folder: string): Promise<SetRecord | undefined> {
  const text = await readFile(join(folder, RECORD_FILE), 'utf8').catch(() => '');
  const parsed = parseJson(text);
  if (!isJsonObject(parsed) || !Array.isArray(parsed.files) || !Array.isArray(parsed.packages)) return undefined;
  const { files, ...rest } = parsed as unknown as Omit<SetRecord, 'files'> & { files: [string, string][] };
  return { ...rest, files: new Map(files) };
}

async function hashOf(path: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(path));
  } catch {
    return undefined;
  }
}
