/**
 * The one JavaScript identifier under which a server or a tool of any name can be reached as `mcp.server.tool`.
 * Called where a catalog is made. What is no identifier becomes one by `_`: `get-user` is `get_user`.
 */
import { contentHash } from '../base/json.ts';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const MAX_CHARS = 128;
const MAX_BASE_CHARS = 64;
/** Hash digits of a suffix: the first length at which it is free. */
const SUFFIX_CHARS = [4, 8, 16, 64];

/** Words that are no names in some position, and names that mean something to every object or to `await`. */
const RESERVED: ReadonlySet<string> = new Set([
  ...(
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with ' +
    'yield let static implements interface package private protected public await async arguments eval undefined ' +
    'NaN Infinity globalThis then toJSON prototype'
  ).split(' '),
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/**
 * One identifier per name, unique within the list and the same in whatever order the list comes. A name that is a safe
 * identifier keeps itself; of the others, those that would share a form all get a suffix made from their own name, so
 * that no plain form silently means one of several.
 */
export function toIdentifiers(names: readonly string[]): ReadonlyMap<string, string> {
  const identifiers = new Map<string, string>();
  const byForm = new Map<string, string[]>();
  for (const name of [...new Set(names)].sort()) {
    if (isSafe(name)) identifiers.set(name, name);
    else byForm.set(toForm(name), [...(byForm.get(toForm(name)) ?? []), name]);
  }
  const taken = new Set(identifiers.values());
  const claim = (name: string, identifier: string): void => {
    identifiers.set(name, identifier);
    taken.add(identifier);
  };
  const contested: string[] = [];
  for (const [form, [name = '', ...others]] of byForm) {
    if (others.length === 0 && !taken.has(form)) claim(name, form);
    else contested.push(name, ...others);
  }
  for (const name of contested) claim(name, withSuffix(name, taken));
  return identifiers;
}

/** ASCII only: which other letters may stand in an identifier differs between V8, esbuild and TypeScript. */
function isSafe(name: string): boolean {
  return name.length <= MAX_CHARS && IDENTIFIER.test(name) && !RESERVED.has(name);
}

/** The form without its suffix, which several names may share. */
export function toForm(name: string): string {
  const letters = name.slice(0, MAX_CHARS).normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const joined = letters
    .replaceAll(/[^\w$]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, MAX_BASE_CHARS);
  if (joined === '') return 'unnamed';
  if (/^\d/.test(joined)) return `_${joined}`;
  return RESERVED.has(joined) || RESERVED.has(name) ? `${joined}_` : joined;
}

function withSuffix(name: string, taken: ReadonlySet<string>): string {
  // Quoted, because a hash of the bare text would not tell one lone surrogate from another.
  const hash = contentHash(JSON.stringify(name));
  const candidates = SUFFIX_CHARS.map((chars) => `${toForm(name)}_${hash.slice(0, chars)}`);
  return candidates.find((candidate) => !taken.has(candidate)) ?? `${toForm(name)}_${hash}_${taken.size}`;
}
