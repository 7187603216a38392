/**
 * Whether the audit trails of a folder, or one file of them, are as they were written. Called by the command line.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { filesByTrail, readFileName } from '../trail/file-names.ts';
import { type TrailReport, verifyTrail } from './verify-trail.ts';

export interface AuditReport {
  readonly trails: readonly TrailReport[];
  /** Hashes that were looked for and that no record has. */
  readonly unfound: readonly string[];
}

/** Rejects with Fault ARGUMENTS_INVALID where there is nothing to verify, or it cannot be read. */
export async function verifyAudit(path: string, hashes: readonly string[] = []): Promise<AuditReport> {
  try {
    const trails = (await stat(path)).isDirectory() ? await verifyFolder(path, hashes) : await verifyFile(path, hashes);
    const found = new Set(trails.flatMap((trail) => [...trail.found]));
    return { trails, unfound: hashes.filter((hash) => !found.has(hash)) };
  } catch (thrown) {
    if (thrown instanceof Fault || !(thrown instanceof Error && 'syscall' in thrown)) throw thrown;
    const isAbsent = 'code' in thrown && thrown.code === 'ENOENT';
    const sentence = isAbsent ? `There is no ${quoted(path)}.` : `${quoted(path)} cannot be read.`;
    throw new Fault('ARGUMENTS_INVALID', sentence, thrown);
  }
}

async function verifyFolder(dir: string, hashes: readonly string[]): Promise<readonly TrailReport[]> {
  const trails = filesByTrail(await readdir(dir));
  if (trails.size === 0) throw new Fault('ARGUMENTS_INVALID', `There is no audit trail in ${quoted(dir)}.`);
  return Promise.all([...trails.values()].map((files) => verifyTrail({ dir, files, isWhole: true, hashes })));
}

/** Whatever it is called: one that was copied elsewhere can be verified, too. */
async function verifyFile(path: string, hashes: readonly string[]): Promise<readonly TrailReport[]> {
  const name = basename(path);
  const file = { ...(readFileName(name) ?? { trail: 0, number: 1 }), name };
  return [await verifyTrail({ dir: dirname(path), files: [file], isWhole: false, hashes })];
}

function quoted(path: string): string {
  return JSON.stringify(path);
}
