/**
 * Arguments that a tool's schema wants repeated as HTTP headers (`x-mcp-header`, revision 2026-07-28), so that what
 * stands between client and server can route without reading bodies. Read by catalog/parse-tool.ts, which drops a tool
 * whose wishes are not valid, and written by connection/connection.ts. Headers are made of declared names only.
 */
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts';
import { quoteName } from './clean-text.ts';

const WISH = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: ReadonlySet<Json> = new Set<Json>(['string', 'integer', 'boolean']);
const MAX_HEADERS = 32;
const MAX_HEADER_CHARS = 4_096;

interface Wish {
  readonly path: readonly string[];
  readonly header: string;
}

export type Wishes =
  | { readonly kind: 'valid'; readonly wishes: readonly Wish[] }
  | { readonly kind: 'invalid'; readonly reason: string };

/** The headers that a schema asks for. They may stand on properties of properties only, where the value has one place. */
export function headerWishes(inputSchema: JsonObject): Wishes {
  if (!JSON.stringify(inputSchema).includes(`"${WISH}"`)) return { kind: 'valid', wishes: [] };
  const found: Wish[] = [];
  const reason = collect(inputSchema, [], true, found) ?? complainAboutNames(found);
  return reason === undefined ? { kind: 'valid', wishes: found } : { kind: 'invalid', reason };
}

/** Headers for the arguments; those that are absent or no single value are left out. */
export function paramHeaders(inputSchema: JsonObject, args: JsonObject): Readonly<Record<string, string>> {
  const wished = headerWishes(inputSchema);
  if (wished.kind === 'invalid') return {};
  return Object.fromEntries(
    wished.wishes.flatMap(({ path, header }) => {
      const text = headerText(valueAt(args, path));
      return text === undefined ? [] : [[`Mcp-Param-${header}`, text]];
    }),
  );
}

function collect(schema: Json, path: readonly string[], isReachable: boolean, found: Wish[]): string | undefined {
  if (Array.isArray(schema)) return firstReason(schema, (each) => collect(each, path, false, found));
  if (!isJsonObject(schema)) return undefined;
  const reason = isReachable && Object.hasOwn(schema, WISH) ? addWish(schema, path, found) : undefined;
  if (reason !== undefined) return reason;
  return firstReason(Object.entries(schema), ([key, value]) => {
    if (key === WISH && !isReachable) return `it asks for an HTTP header where the value has no fixed place`;
    if (key !== 'properties' || !isReachable || !isJsonObject(value)) return collect(value, path, false, found);
    return firstReason(Object.entries(value), ([name, property]) => collect(property, [...path, name], true, found));
  });
}

function addWish(schema: JsonObject, path: readonly string[], found: Wish[]): string | undefined {
  const header = schema[WISH];
  if (path.length === 0) return 'it asks for an HTTP header for all arguments at once';
  const at = quoteName(path.join('.'));
  if (typeof header !== 'string' || !TOKEN.test(header))
    return `it asks for an HTTP header with an invalid name for ${at}`;
  if (!TYPES.has(schema.type ?? null))
    return `it asks for an HTTP header for ${at}, which is no string, integer or boolean`;
  found.push({ path, header });
  return undefined;
}

function complainAboutNames(found: readonly Wish[]): string | undefined {
  if (found.length > MAX_HEADERS) return `it asks for ${found.length} HTTP headers; at most ${MAX_HEADERS} are sent`;
  const names = new Set(found.map(({ header }) => header.toLowerCase()));
  return names.size === found.length ? undefined : 'it asks for the same HTTP header twice';
}

function firstReason<Item>(items: readonly Item[], check: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const reason = check(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function valueAt(args: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = args;
  for (const key of path) value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** As the revision encodes it: what HTTP would not carry unharmed goes as base64 between `=?base64?` and `?=`. */
function headerText(value: Json | undefined): string | undefined {
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string' || value.length > MAX_HEADER_CHARS) return undefined;
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/.test(value) && !/^=\?base64\?.*\?=$/.test(value);
  return isPlain ? value : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}
