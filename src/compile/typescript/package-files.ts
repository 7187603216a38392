/**
 * The declarations of packages as the compiler sees them: `.d.ts` files and package.json of one set at a time, under the
 * folder that programs are in. Called by virtual-files.ts. Shows nothing that the set does not list, and reads nothing
 * that has changed since.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageSet } from '../../base/packages/package-set.ts';

export interface PackageFiles {
  /** From now on these are the packages. False where they were before. */
  mount(packages: PackageSet | undefined): boolean;
  /** Undefined where there is no such file. */
  read(path: string): string | undefined;
  hasFile(path: string): boolean;
  hasFolder(path: string): boolean;
}

/** `root` is the folder that `node_modules` appears in. */
export function createPackageFiles(root: string): PackageFiles {
  let mounted: PackageSet | undefined;
  let folders: ReadonlySet<string> = new Set();
  const place = (path: string) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : '');
  const hashOf = (path: string) => (isDeclaration(path) ? mounted?.files.get(place(path)) : undefined);
  return {
    mount: (packages) => {
      if (packages?.hash === mounted?.hash) return false;
      mounted = packages;
      folders = new Set([...(packages?.files.keys() ?? [])].filter(isDeclaration).flatMap(parentsOf));
      return true;
    },
    read: (path) => {
      const hash = hashOf(path);
      return hash === undefined || mounted === undefined
        ? undefined
        : readListed(join(mounted.folder, place(path)), hash);
    },
    hasFile: (path) => hashOf(path) !== undefined,
    hasFolder: (path) => folders.has(place(path)),
  };
}

/**
 * Makes packages importable where they have no declarations, or none for the subpath that is imported: as `any`. A pattern
 * counts only for what is not found; it has one star, so it also lets names pass that begin alike, and the bundler refuses these.
 */
export function packageScope(packages: PackageSet | undefined): string {
  const names = packages?.names ?? [];
  const modules = names.flatMap((name) => (hasDeclarations(packages, name) ? [`${name}*`] : [name, `${name}/*`]));
  return modules.map((each) => `declare module ${JSON.stringify(each)};\n`).join('');
}

/** Whether the package, or `@types` for it, says what its exports are. */
function hasDeclarations(packages: PackageSet | undefined, name: string): boolean {
  const typed = `@types/${name.replace(/^@([^/]+)\//, '$1__')}`;
  const places = [name, typed].map((each) => `node_modules/${each}/`);
  const isOne = (path: string) => /\.d\.[cm]?ts$/.test(path) && places.some((start) => path.startsWith(start));
  return packages !== undefined && [...packages.files.keys()].some(isOne);
}

/** Not the code: what has no declarations is `any`, and is not read through for types. */
function isDeclaration(path: string): boolean {
  return /(?:\.d\.[cm]?ts|\/package\.json)$/.test(path);
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(0, -1).map((_part, at) => parts.slice(0, at + 1).join('/'));
}

function readListed(file: string, hash: string): string | undefined {
  try {
    const contents = readFileSync(file);
    return createHash('sha256').update(contents).digest('hex') === hash ? contents.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}
