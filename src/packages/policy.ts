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

/** Throws Fault DEPENDENCY_REFUSED for the first package that may not be installed, and says how it came in. */
export function enforcePolicy(packages: Iterable<NamedPackage>, { allow, block }: PackagePolicy): void {
  for (const { name, via } of packages) {
    const how = via.length === 0 ? '' : ` It comes with ${via.join(' → ')} → ${name}.`;
    if (block.some((pattern) => matches(pattern, name)))
      throw new Fault('DEPENDENCY_REFUSED', `The package "${name}" is blocked here (setting blockPackages).${how}`);
    if (allow.length > 0 && !allow.some((pattern) => matches(pattern, name))) {
      const message = `The package "${name}" is not among those that are allowed here (setting allowPackages).${how}`;
      throw new Fault('DEPENDENCY_REFUSED', message);
    }
  }
}

/** The registry takes no two names that differ in case only, and old names have capitals. */
function matches(pattern: string, name: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), name.toLowerCase()];
  return wanted.endsWith('/*') ? given.startsWith(wanted.slice(0, -1)) : wanted === given;
}
