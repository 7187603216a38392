/**
 * The packages that a program may import: what a request declares, and what src/packages/ makes of it. Read by
 * src/compile/, which bundles from the set's folder and nothing beside.
 */

/** A package of npm's registry, as a request declares it. */
export interface Dependency {
  readonly name: string;
  /** An exact version or a range, as `1.2.3` or `^1.2`. */
  readonly version: string;
}

/** An installed set: one folder that never changes. */
export interface PackageSet {
  /** Equal hashes mean equal files and equal names. */
  readonly hash: string;
  /** Absolute, without symbolic links; packages lie in its `node_modules`. */
  readonly folder: string;
  /** What the program may import: the declared names. */
  readonly names: readonly string[];
  /** SHA-256 as hex of every file, by its path in the folder with `/` between. What is not listed is not there. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the packages that hold native code. */
  readonly native: ReadonlySet<string>;
}

/** `@scope/name` of `@scope/name/sub/path`; undefined for paths, URLs and `#internal` names. */
export function packageNameOf(specifier: string): string | undefined {
  return /^((?:@[^/@:\s]+\/)?[^@./#:\s][^/:\s]*)(?:\/|$)/.exec(specifier)?.[1];
}
