/**
 * The operator's word on packages: which may be installed at all. Called with every package of a resolved tree, each time
 * that a set is used, because lists change and sets stay.
 */
import { Fault } from '../base/fault.ts';

export interface PackagePolicy {
  /** Names, or `@scope/*`. Empty means all. */
  readonly allow: readonly string[];
  /** Goes before `allow`. */
  readonly block: readonly string[];
}

/** A package of a tree, as far as the policy looks at it. */
export interface NamedPackage {
  readonly name: string;
  /** From the declared package to the one that asks for this; empty where it is declared itself. */
  readonly via: readonly string[];
}

const SHOWN_NAMES = 50;

/** Throws Fault DEPENDENCY_REFUSED for the first blocked package, or for all that are not allowed, and says how they came in. */
export function enforcePolicy(packages: Iterable<NamedPackage>, { allow, block }: PackagePolicy): void {
  const unlisted = new Map<string, NamedPackage>();
  for (const each of packages) {
    const { name } = each;
    if (block.some((pattern) => matches(pattern, name)))
      throw new Fault(
        'DEPENDENCY_REFUSED',
        `The package "${name}" is blocked here (setting blockPackages).${howItCame(each)}`,
      );
    if (allow.length > 0 && !allow.some((pattern) => matches(pattern, name)) && !unlisted.has(name))
      unlisted.set(name, each);
  }
  if (unlisted.size > 0) throw new Fault('DEPENDENCY_REFUSED', complainAboutUnlisted([...unlisted.values()]));
}

/** All at once: whoever adds them to the list wants to do it once. */
function complainAboutUnlisted(packages: readonly NamedPackage[]): string {
  const [first] = packages;
  const [where, names] = [
    'among those that are allowed here (setting allowPackages)',
    packages.map(({ name }) => name),
  ];
  if (first !== undefined && packages.length === 1)
    return `The package "${first.name}" is not ${where}.${howItCame(first)}`;
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  const more = names.length > SHOWN_NAMES ? `, and ${names.length - SHOWN_NAMES} more` : '';
  return `These packages are not ${where}: ${shown}${more}.`;
}

function howItCame({ name, via }: NamedPackage): string {
  return via.length === 0 ? '' : ` It comes with ${via.join(' → ')} → ${name}.`;
}

/** The registry takes no two names that differ in case only, and old names have capitals. */
function matches(pattern: string, name: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), name.toLowerCase()];
  return wanted.endsWith('/*') ? given.startsWith(wanted.slice(0, -1)) : wanted === given;
}
