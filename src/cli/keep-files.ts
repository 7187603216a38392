/**
 * Writes the files that a program left into a folder of the user's. Called by `codeloom run --out`. Their names are
 * claims of the program: nothing is written beside the folder, through a link, or in the place of what is there already,
 * because `--out .` must not let a program change what its user has.
 */
import { lstat, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import type { Artifact } from '../run/artifacts/kept-artifacts.ts';

/** Control characters, and what other systems take for the end of a folder or of a drive. */
const UNUSABLE = /[\p{Cc}\\:]/u;

export interface KeptFiles {
  readonly written: number;
  /** A sentence for each file that was not written. */
  readonly refusals: readonly string[];
}

/** The true path of the folder, which is made where it is missing. Throws Fault ARGUMENTS_INVALID where it cannot be. */
export async function openOutFolder(dir: string): Promise<string> {
  try {
    await mkdir(dir, { recursive: true });
    if ((await stat(dir)).isDirectory()) return await realpath(dir);
    throw new Fault('ARGUMENTS_INVALID', `--out ${dir}: it is no folder.`);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    throw new Fault('ARGUMENTS_INVALID', `--out ${dir}: it cannot be made a folder (${codeOf(thrown)}).`, thrown);
  }
}

/** Never rejects: what cannot be written is told. */
export async function keepFiles(artifacts: readonly Artifact[], folder: string): Promise<KeptFiles> {
  const refusals: string[] = [];
  for (const { path, content } of artifacts) {
    const refusal = await write(path, content, folder);
    if (refusal !== undefined) refusals.push(`${path} was not written: ${refusal}.`);
  }
  return { written: artifacts.length - refusals.length, refusals };
}

async function write(path: string, content: Buffer, folder: string): Promise<string | undefined> {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  if (![...segments, name].every(isClean)) return 'its path leads elsewhere';
  try {
    let parent = folder;
    for (const segment of segments) {
      parent = join(parent, segment);
      if (!(await isOwnFolder(parent))) return 'what is in the place of its folder is none';
    }
    // Exclusive: it neither follows a link nor replaces a file.
    await writeFile(join(parent, name), content, { flag: 'wx' });
    return undefined;
  } catch (thrown) {
    return codeOf(thrown) === 'EEXIST' ? 'there is something of that name already' : codeOf(thrown);
  }
}

function isClean(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..' && !UNUSABLE.test(segment);
}

/** Makes it where it is missing. False for a link, wherever it leads. */
async function isOwnFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
    return (await lstat(path)).isDirectory();
  }
}

function codeOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? 'unknown error';
}
