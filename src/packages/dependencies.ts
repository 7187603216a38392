/**
 * Reads what a request declares: names by npm's rule, versions by semver's, so many and no more. Called by the package
 * store before anything else is done. What passes here is a key of a `package.json` and cannot be a path, a URL, an
 * alias or an option.
 */
import { Fault } from '../base/fault.ts';
import type { Dependency } from '../base/packages/package-set.ts';
import { isSemverRange } from './semver-range.ts';

const MAX_NAME_CHARS = 214;
const MAX_SHOWN_CHARS = 80;
/** Capitals are in the names of some old packages; npm still serves these. */
const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
const RESERVED: ReadonlySet<string> = new Set(['node_modules', 'favicon.ico']);

export function isPackageName(name: string): boolean {
  return name.length <= MAX_NAME_CHARS && NAME.test(name) && !RESERVED.has(name.toLowerCase());
}

/** Sorted by name. Throws Fault ARGUMENTS_INVALID with one sentence for the first mistake. */
export function readDependencies(given: readonly Dependency[], maxCount: number): readonly Dependency[] {
  if (given.length > maxCount)
    throw invalid(`expected at most ${maxCount} packages (limit dependencies), got ${given.length}.`);
  const seen = new Set<string>();
  for (const { name, version } of given) {
    const complaint = complainAboutName(name) ?? complainAboutVersion(name, version);
    if (complaint !== undefined) throw invalid(complaint);
    if (seen.has(name)) throw invalid(`${quote(name)} is declared twice; declare it once.`);
    seen.add(name);
  }
  return given
    .map(({ name, version }) => ({ name, version: version.trim().replaceAll(/\s+/g, ' ') }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function complainAboutName(name: string): string | undefined {
  if (isPackageName(name)) return undefined;
  return `${quote(name)} is no name of a package; names are like "left-pad" or "@scope/name", in the registry's own spelling.`;
}

function complainAboutVersion(name: string, version: string): string | undefined {
  if (isSemverRange(version)) return undefined;
  const right = 'write an exact version or a range, as "1.2.3" or "^1.2"';
  if (/^[a-z][\w.-]*$/i.test(version))
    return `${quote(version)} of ${quote(name)} is a tag, and a tag moves: ${right}; "*" is the newest there is.`;
  if (/[:/@]/.test(version))
    return `${quote(version)} of ${quote(name)} is no version: only packages of the registry can be declared, not git, URLs, files or aliases; ${right}.`;
  return `${quote(version)} of ${quote(name)} is no version; ${right}.`;
}

function quote(text: string): string {
  return JSON.stringify(text.length <= MAX_SHOWN_CHARS ? text : `${text.slice(0, MAX_SHOWN_CHARS)}…`);
}

function invalid(message: string): Fault {
  return new Fault('ARGUMENTS_INVALID', `dependencies: ${message}`);
}
