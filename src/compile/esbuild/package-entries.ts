/**
 * Which modules a package says that it has, for the message about one that it has not. Called by package-imports.ts. What
 * it reads was written by strangers: it is shown, and decides nothing.
 */
import { isJsonObject, parseJson } from '../../base/json.ts';
import { nearestHint } from '../../base/nearest.ts';

const SHOWN_ENTRIES = 12;
const MAX_ENTRY_CHARS = 80;

/** What cannot be imported, and what could be. `manifest` is the text of the package's `package.json`. */
export function complainAboutEntry(name: string, specifier: string, manifest: string): { text: string; hint?: string } {
  const entries = entriesOf(name, manifest);
  if (entries === undefined || entries.includes(specifier))
    return { text: `The package "${name}" has no module "${specifier}" for this engine.` };
  const shown = entries.slice(0, SHOWN_ENTRIES).map((entry) => `"${entry.slice(0, MAX_ENTRY_CHARS)}"`);
  const more = entries.length > shown.length ? `, and ${entries.length - shown.length} more` : '';
  const has = shown.length === 0 ? '' : `It has ${shown.join(', ')}${more}.${nearestHint(specifier, entries)}`;
  return { text: `The package "${name}" has no module "${specifier}".`, ...(has === '' ? {} : { hint: has }) };
}

/** Undefined where any file of it may be imported, or a pattern says which. */
function entriesOf(name: string, manifest: string): readonly string[] | undefined {
  const parsed = parseJson(manifest);
  const exports = isJsonObject(parsed) ? parsed.exports : undefined;
  if (!isJsonObject(exports)) return typeof exports === 'string' ? [name] : undefined;
  const keys = Object.keys(exports);
  if (!keys.some((key) => key.startsWith('.'))) return [name];
  if (keys.some((key) => key.includes('*'))) return undefined;
  return keys.map((key) => `${name}${key.slice(1)}`);
}
