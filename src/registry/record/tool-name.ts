/**
 * Which names a dynamic tool may have. Called before anything is stored, and again for every record read back. Strict,
 * because clients are: some refuse a whole list of tools for one name that they do not like.
 */
import { quote } from './describe.ts';

/** Names that belong to Codeloom itself: handed in by whoever opens the registry, which knows none of them. */
export interface ReservedNames {
  readonly names: readonly string[];
  /** `code-mode-` keeps every name that begins so. */
  readonly prefixes: readonly string[];
}

export type ComplainAboutName = (name: string) => string | undefined;

const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const RULE = 'a name of 1 to 64 ASCII letters, digits, "_", "-" or "."';
/** A tool may be written to a file of its name by whoever exports it, and Windows has these for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** What a careless client finds on every object. */
const INHERITED: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/**
 * Equal for names that somebody could take for one another: they differ in case only, or in "." and "_", which are one
 * under the underscore spelling that some clients are shown.
 */
export function foldToolName(name: string): string {
  return name.toLowerCase().replaceAll('.', '_');
}

/** A judge of names: what is wrong, as `name: expected …`, or undefined. Says nothing about whether a name is taken. */
export function createNameCheck(reserved: ReservedNames): ComplainAboutName {
  const names = new Set(reserved.names.map(foldToolName));
  const prefixes = reserved.prefixes.map(foldToolName);
  return (name) => {
    const folded = foldToolName(name);
    if (!NAME.test(name)) return `name: expected ${RULE}, got ${quote(name)}.`;
    if (/^[.-]|[.-]$|\.\./.test(name))
      return `name: expected ${RULE}, not beginning or ending with "." or "-", and no "..", got ${quote(name)}.`;
    if (INHERITED.has(name) || DEVICE.test(name))
      return `name: expected a name without a meaning of its own, got ${quote(name)}.`;
    if (names.has(folded)) return `name: expected a name that is free; ${quote(name)} belongs to a built-in tool.`;
    const prefix = prefixes.find((each) => folded.startsWith(each));
    return prefix === undefined
      ? undefined
      : `name: expected a name that is free; ${quote(name)} begins like Codeloom's own names.`;
  };
}
