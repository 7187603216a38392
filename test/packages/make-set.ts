/** A set of packages as the store installs it, without npm: its files are written and listed with their hashes. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { contentHash } from '../../src/base/json.ts';
import type { PackageSet } from '../../src/base/packages/package-set.ts';

/** Paths under `node_modules`. An object is the package.json in the folder of that name; a text is a file. */
export type SetFiles = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

export async function makeSet(
  files: SetFiles,
  names: readonly string[],
  native: readonly string[] = [],
): Promise<PackageSet> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'codeloom-set-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const listed = new Map<string, string>();
  for (const [path, given] of Object.entries(files)) {
    const isText = typeof given === 'string';
    const place = `node_modules/${isText ? path : `${path}/package.json`}`;
    const text = isText ? given : JSON.stringify(given);
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await writeFile(join(folder, place), text);
    listed.set(place, createHash('sha256').update(text).digest('hex'));
  }
  const hash = contentHash(...names, ...[...listed].flat());
  return { hash, folder, names, files: listed, native: new Set(native) };
}
