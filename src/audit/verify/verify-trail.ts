/**
 * Whether the files of one trail are as they were written: every line, in its place, in every file. Called by
 * verify-audit.ts. Reads, and changes nothing; a server may be writing meanwhile.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { unseal } from '../record/seal.ts';
import type { TrailFile } from '../trail/file-names.ts';
import { fileName } from '../trail/file-names.ts';
import { type Break, ChainReader, type ChainSummary, missingText } from './chain-reader.ts';
import { readLines } from './read-lines.ts';

export interface TrailReport {
  readonly trail: number;
  readonly files: number;
  readonly summary: ChainSummary;
  /** `closed`: its writer said that it was the end. `open`: he is at work, was killed, or the end was cut off. */
  readonly state: 'closed' | 'open';
  readonly broken?: Break;
  /** Of the hashes that were looked for. */
  readonly found: ReadonlySet<string>;
}

export interface VerifyOptions {
  readonly dir: string;
  /** In their order; at least one. */
  readonly files: readonly TrailFile[];
  /** False where these are some files of the trail: what is before and after them is not asked for. */
  readonly isWhole: boolean;
  readonly hashes: readonly string[];
}

export async function verifyTrail(options: VerifyOptions): Promise<TrailReport> {
  const { files, isWhole, hashes } = options;
  const reader = new ChainReader(hashes);
  const broken = (await followFiles(reader, options)) ?? (isWhole ? judgeEnds(reader, files) : undefined);
  const { summary, foundHashes: found } = reader;
  const state = summary.last?.kind === 'closed' ? 'closed' : 'open';
  const trail = files[0]?.trail ?? 0;
  return { trail, files: files.length, summary, state, found, ...(broken === undefined ? {} : { broken }) };
}

async function followFiles(reader: ChainReader, { dir, files }: VerifyOptions): Promise<Break | undefined> {
  for (const [index, file] of files.entries()) {
    const expected = (files[index - 1]?.number ?? file.number - 1) + 1;
    if (file.number !== expected) return missingFile(fileName(file.trail, expected));
    const path = join(dir, file.name);
    if (!(await lstat(path)).isFile())
      return { at: { file: file.name, line: 1 }, reason: 'changed', detail: 'it is no regular file' };
    const broken = await followLines(reader, file.name, path);
    if (broken !== undefined) return broken;
  }
  return reader.end();
}

async function followLines(reader: ChainReader, name: string, path: string): Promise<Break | undefined> {
  let line = 0;
  let broken: Break | undefined;
  for await (const each of readLines(path)) {
    line += 1;
    if (broken === undefined) {
      broken = reader.take(each, { file: name, line });
      if (broken !== undefined && broken.reason !== 'missing') break;
    } else if (each.hasEnd && unseal(each.bytes.toString('latin1'))?.head.seq === (reader.head?.seq ?? 0) + 1) {
      // What seemed to be missing stands further below.
      return { ...broken, reason: 'reordered', detail: `the record before it stands in line ${line}` };
    }
  }
  return broken;
}

/** What must have been before the first file and after the last. */
function judgeEnds({ summary, nextFile }: ChainReader, files: readonly TrailFile[]): Break | undefined {
  // A file that is there and empty was begun, and its writer came no further.
  if (nextFile !== undefined && nextFile !== files.at(-1)?.name) return missingFile(nextFile);
  const { first, prunedThrough = -1 } = summary;
  const [oldest] = files;
  if (oldest === undefined) return undefined;
  const at = { file: oldest.name, line: 1 };
  if (first === undefined) return oldest.number === 1 ? undefined : { at, reason: 'missing', detail: 'it is empty' };
  if (oldest.number === 1 && first.seq === 1) return undefined;
  // A file in place of the first that begins later, or files without a first: the trail itself has to say why.
  if (oldest.number > 1 && prunedThrough >= first.seq - 1) return undefined;
  const gone = first.seq === 1 ? 'files before it are missing' : missingText(1, first.seq - 1);
  return { at, reason: 'missing', detail: `${gone}, and no record says that they were removed` };
}

function missingFile(file: string): Break {
  return { at: { file, line: 1 }, reason: 'missing', detail: 'the file is missing' };
}
