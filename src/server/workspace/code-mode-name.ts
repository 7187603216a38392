/**
 * Names of code-mode tools: which are allowed, and which clash. Two names that differ only in case or separators count
 * as one, because clients show, shorten and re-spell names. Called by the code-mode tools only.
 */
import { Fault } from '../../base/fault.ts';
import { nearest } from '../../base/nearest.ts';
import { quote } from '../arguments/describe-value.ts';
import type { CodeModeTool } from './workspace.ts';

const PREFIX = 'code-mode-';
const PREFIX_SPELLINGS = /^code[-_ ]?mode[-_ ]/i;
export const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$';
const MAX_NAME_CHARS = 48;

/** `code-mode-<name>`, also where the agent gave the full name. Throws ARGUMENTS_INVALID with the rule. */
export function codeModeName(given: string): string {
  const name = given.startsWith(PREFIX) ? given.slice(PREFIX.length) : given;
  if (!new RegExp(NAME_PATTERN).test(name)) {
    throw new Fault(
      'ARGUMENTS_INVALID',
      `name: expected 1 to ${MAX_NAME_CHARS} of the characters A-Z a-z 0-9 _ -, beginning with a letter or digit, got ${quote(given)}.`,
    );
  }
  return `${PREFIX}${name}`;
}

/** Throws REGISTRY_CONFLICT where the name is a built-in's, another tool's in another spelling, or taken without `replace`. */
export function refuseClash(
  name: string,
  builtIns: readonly string[],
  tools: readonly CodeModeTool[],
  replace: boolean,
): void {
  const builtIn = builtIns.find((each) => spelling(each) === spelling(name));
  if (builtIn !== undefined) {
    throw new Fault(
      'REGISTRY_CONFLICT',
      `The name "${name}" belongs to the built-in tool "${builtIn}"; choose another.`,
    );
  }
  const alike = tools.find((each) => each.name !== name && spelling(each.name) === spelling(name));
  if (alike !== undefined) {
    throw new Fault(
      'REGISTRY_CONFLICT',
      `The name "${name}" differs only in spelling from the tool "${alike.name}"; choose another, or use that one.`,
    );
  }
  if (!replace && tools.some((each) => each.name === name)) {
    throw new Fault(
      'REGISTRY_CONFLICT',
      `There is a tool "${name}" already; pass replace: true to put this one in its place.`,
    );
  }
}

/**
 * ` Did you mean "x"?` or nothing. The prefix of code-mode tools may be left out and does not count as likeness. `others`
 * are full names of more tools, by what somebody may call them.
 */
export function toolNameHint(
  name: string,
  names: readonly string[],
  others: ReadonlyMap<string, string> = new Map(),
): string {
  const bare = (each: string) => each.replace(PREFIX_SPELLINGS, '');
  const byBare = new Map([...others, ...names.map((each) => [bare(each), each] as const)]);
  const found = nearest(bare(name), byBare.keys());
  const meant = found === undefined ? undefined : byBare.get(found);
  return meant === undefined ? '' : ` Did you mean ${quote(meant)}?`;
}

function spelling(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '');
}
