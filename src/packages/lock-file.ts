/**
 * Reads the lock file that npm wrote when it resolved a set, and refuses what is not wholly of a registry. Called before
 * anything of a package is downloaded. The names and ranges in it were written by strangers.
 */
import { Fault } from '../base/fault.ts';
import { contentHash, isJsonObject, type Json, type JsonObject, parseJson, stableStringify } from '../base/json.ts';
import { isPackageName } from './dependencies.ts';

export interface LockedPackage {
  /** `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** From the declared package to the one that asks for this; empty where it is declared itself. */
  readonly via: readonly string[];
}

export interface LockFile {
  readonly packages: readonly LockedPackage[];
  /** Equal hashes mean equal trees of equal packages, whatever ranges they were found by. */
  readonly hash: string;
}

const PATH = /^(?:node_modules\/(?:@[^/]+\/)?[^/]+)(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*$/;
const INTEGRITY = /^sha(?:256|384|512)-[A-Za-z0-9+/=]{40,}/;
const EDGES = ['dependencies', 'peerDependencies'];

/** Throws Fault DEPENDENCY_REFUSED with one sentence for the first thing that is not allowed. */
export function readLockFile(text: string, maxPackages: number): LockFile {
  const entries = entriesOf(text);
  const installed = [...entries].filter(([path]) => path !== '');
  if (installed.length > maxPackages)
    throw refused(`The dependencies bring ${installed.length} packages; the limit packages allows ${maxPackages}.`);
  const chains = chainsOf(entries);
  const packages = installed.map(([path, entry]) => toPackage(path, entry, chains.get(path) ?? []));
  const identity = packages.map(({ path, name, version, integrity }) => [path, name, version, integrity]);
  return { packages, hash: contentHash('package set 1', stableStringify(identity.sort() as unknown as Json)) };
}

/** Of packages that are optional alone nothing is installed. */
function entriesOf(text: string): ReadonlyMap<string, JsonObject> {
  const lock = parseJson(text);
  const packages = isJsonObject(lock) && isJsonObject(lock.packages) ? lock.packages : undefined;
  if (packages === undefined) throw new Fault('INTERNAL', 'npm wrote no lock file that can be read.');
  const entries = Object.entries(packages).flatMap(([path, entry]): [string, JsonObject][] =>
    isJsonObject(entry) && entry.optional !== true ? [[path, entry]] : [],
  );
  return new Map(entries);
}

function toPackage(path: string, entry: JsonObject, via: readonly string[]): LockedPackage {
  const name = typeof entry.name === 'string' ? entry.name : nameAt(path);
  const { version, integrity } = entry;
  if (!PATH.test(path) || !isPackageName(name) || typeof version !== 'string')
    throw refused(`The package ${JSON.stringify(name.slice(0, 80))} has no name or version of a registry.`);
  const how = via.length === 0 ? '' : ` It comes with ${via.join(' → ')} → ${name}.`;
  if (entry.inBundle === true)
    throw refused(`The package "${name}" is packed inside of another instead of coming from the registry.${how}`);
  for (const group of [...EDGES, 'optionalDependencies']) refuseStrangeRanges(name, entry[group]);
  // npm was told to write no URL for what comes from a registry.
  if (entry.link === true || entry.resolved !== undefined)
    throw refused(`The package "${name}" does not come from the registry but from git, a URL or a folder.${how}`);
  if (typeof integrity !== 'string' || !INTEGRITY.test(integrity))
    throw refused(`The registry gives no SHA-2 hash of the package "${name}", so it cannot be checked.${how}`);
  return { path, name, version, integrity, via };
}

function refuseStrangeRanges(name: string, group: Json | undefined): void {
  if (!isJsonObject(group)) return;
  for (const [wanted, range] of Object.entries(group)) {
    // An alias leads to another name of the same registry, and that name is looked at like any.
    const plain = typeof range === 'string' ? range.replace(/^npm:(?:@[^/]+\/)?[^@/:]+(?:@|$)/, '') : ':';
    if (!/[:/\\]/.test(plain)) continue;
    const what = JSON.stringify(String(range).slice(0, 80));
    throw refused(
      `The package "${name}" asks for ${JSON.stringify(wanted.slice(0, 80))} as ${what}, which is not a version of the registry.`,
    );
  }
}

/** Who asks for each package, breadth first, so that the chains are the shortest. */
function chainsOf(entries: ReadonlyMap<string, JsonObject>): ReadonlyMap<string, readonly string[]> {
  const chains = new Map<string, readonly string[]>([['', []]]);
  for (const [path, chain] of chains) {
    const entry = entries.get(path);
    const next = path === '' ? [] : [...chain, nameAt(path)];
    for (const group of EDGES) {
      const asked = entry?.[group];
      for (const name of isJsonObject(asked) ? Object.keys(asked) : []) {
        const found = lookUp(entries, path, name);
        if (found !== undefined && !chains.has(found)) chains.set(found, next);
      }
    }
  }
  return chains;
}

/** Where Node would find it: in the nearest `node_modules` upwards. */
function lookUp(entries: ReadonlyMap<string, JsonObject>, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (entries.has(path)) return path;
    if (folder === '') return undefined;
  }
}

function nameAt(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function refused(message: string): Fault {
  return new Fault('DEPENDENCY_REFUSED', message);
}
