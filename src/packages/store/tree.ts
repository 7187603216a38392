/**
 * Looks at what npm put on the disk, once, before a set is moved into place: its files with their hashes, and which of
 * its packages hold native code. What the lock file does not list is removed. Called by install.ts.
 */
import { createHash } from 'node:crypto';
import { opendir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { LockedPackage } from '../lock-file.ts';

export interface Tree {
  /** SHA-256 as hex, by the path from the set's folder. */
  readonly files: ReadonlyMap<string, string>;
  readonly native: readonly string[];
  readonly bytes: number;
}

/** Machine code, or what it would be built from. */
const NATIVE = /(?:\.node|^\/(?:src\/)?binding\.gyp)$/;

/** Throws Fault DEPENDENCY_REFUSED where a package is more than files and folders. */
export async function inspectTree(folder: string, packages: readonly LockedPackage[]): Promise<Tree> {
  const byPath = new Map(packages.map((each) => [each.path, each]));
  const files = new Map<string, string>();
  const native = new Set<string>();
  let bytes = 0;
  for await (const found of walk(folder, 'node_modules', byPath)) {
    const owner = ownerOf(found, byPath);
    if (owner === undefined) continue;
    if (NATIVE.test(found.slice(owner.path.length))) native.add(owner.name);
    const contents = await readFile(join(folder, found));
    bytes += contents.length;
    files.set(found, sha256(contents));
  }
  return { files, native: [...native], bytes };
}

export function sha256(contents: Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex');
}

/** Paths of files. npm unpacks no links; one that is there all the same leads who knows where. */
async function* walk(
  folder: string,
  path: string,
  byPath: ReadonlyMap<string, LockedPackage>,
): AsyncGenerator<string, void> {
  for await (const entry of await opendir(join(folder, path))) {
    const inner = `${path}/${entry.name}`;
    if (entry.isFile()) yield inner;
    else if (!entry.isDirectory()) throw notPlain(inner, byPath);
    else if (isListed(path, inner, byPath)) yield* walk(folder, inner, byPath);
    else await rm(join(folder, inner), { recursive: true, force: true });
  }
}

/** Packages that a package brought along inside of it are none that anybody resolved or looked at. */
function isListed(parent: string, path: string, byPath: ReadonlyMap<string, LockedPackage>): boolean {
  const isFolderOfPackages = /(?:^|\/)node_modules(?:\/@[^/]+)?$/.test(parent);
  if (!isFolderOfPackages) return !path.endsWith('/node_modules') || hasPackageUnder(path, byPath);
  return (
    byPath.has(path) || (!parent.includes('/@', parent.lastIndexOf('node_modules')) && hasPackageUnder(path, byPath))
  );
}

function hasPackageUnder(path: string, byPath: ReadonlyMap<string, LockedPackage>): boolean {
  for (const each of byPath.keys()) if (each.startsWith(`${path}/`)) return true;
  return false;
}

function ownerOf(path: string, byPath: ReadonlyMap<string, LockedPackage>): LockedPackage | undefined {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const owner = byPath.get(path.slice(0, at));
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function notPlain(path: string, byPath: ReadonlyMap<string, LockedPackage>): Fault {
  const name = ownerOf(path, byPath)?.name ?? 'unknown';
  const message = `The package "${name}" holds something that is neither a file nor a folder; nothing was installed.`;
  return new Fault('DEPENDENCY_REFUSED', message);
}
