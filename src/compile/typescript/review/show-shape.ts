/** Types and lists of names as a hint shows them: short, and as one would write them. Called by the makers of hints. */
import type { Snapshot, TypeFacts } from '../snapshot.ts';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** What declarations say of a tool that takes nothing. */
const NOTHING = /^\{ \[\w+: string\]: (?:undefined|never); \}(?: \| undefined)?$/;
const SHOWN_NAMES = 15;
const SHOWN_CHARS = 80;

/** `{ path: string; head?: number }`, or `no arguments`. */
export async function showShape(type: TypeFacts, snapshot: Snapshot): Promise<string> {
  const properties = await snapshot.properties(type);
  if (properties.length === 0) {
    const shown = await snapshot.show(type);
    return NOTHING.test(shown) ? 'no arguments' : clip(shown);
  }
  const shown = properties.slice(0, SHOWN_NAMES).map(async (property) => {
    const type = (await snapshot.showProperty(property)).replace(/ \| undefined$/, '');
    return `${showName(property.name)}${property.isOptional ? '?' : ''}: ${clip(type)}`;
  });
  const more = properties.length > SHOWN_NAMES ? '; …' : '';
  return `{ ${(await Promise.all(shown)).join('; ')}${more} }`;
}

export function listNames(all: readonly string[]): string {
  // Upstreams and tools whose name is no identifier are declared under two names; the one to write is enough.
  const writable = new Set(all.filter(isIdentifier).map(letters));
  const names = all.filter((name) => isIdentifier(name) || !writable.has(letters(name)));
  if (names.length === 0) return 'no properties';
  const shown = names.slice(0, SHOWN_NAMES).map(showName).join(', ');
  return names.length > SHOWN_NAMES ? `${shown} and ${names.length - SHOWN_NAMES} more` : shown;
}

/** `.name`, or `["a name"]`. */
export function showAccess(name: string): string {
  return isIdentifier(name) ? `.${clip(name)}` : `[${JSON.stringify(clip(name))}]`;
}

/** The known name that differs in nothing but case and separators; the one that is an identifier goes first. */
export function sameLetters(name: string, known: readonly string[]): string | undefined {
  const same = known.filter((each) => letters(each) === letters(name));
  return same.find(isIdentifier) ?? same[0];
}

function showName(name: string): string {
  return isIdentifier(name) ? clip(name) : JSON.stringify(clip(name));
}

function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function clip(text: string): string {
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`;
}
