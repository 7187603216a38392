/**
 * What each member of a tool's definition may be, once. Called by tool-definition.ts. Shape and size only: whether a
 * schema compiles, a program type-checks or an image is allowed is judged by whoever asks for the tool.
 */
import { ENGINE_CHOICES } from '../../base/config.ts';
import { depthOf, isJsonObject, type Json } from '../../base/json.ts';
import { LIMIT_TABLE } from '../../base/limits.ts';
import { describeValue, quote } from './describe.ts';

/** One sentence per mistake; `path` names the value. */
export type FieldRule = (value: Json, path: string) => readonly string[];

const KIB = 1024;
const MAX_SCHEMA_BYTES = 256 * KIB;
const MAX_SCHEMA_DEPTH = 64;
const ANNOTATIONS: ReadonlyMap<string, FieldRule> = new Map([
  ['title', line(200)],
  ['readOnlyHint', boolean],
  ['destructiveHint', boolean],
  ['idempotentHint', boolean],
  ['openWorldHint', boolean],
]);
const PACKAGE = /^(?=.{1,214}$)(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const TAG = /^[A-Za-z0-9_.:/-]{1,64}$/;
const IMAGE = /^[a-z0-9][\w./:@-]{0,254}$/i;

const packageName = matching(PACKAGE, 'the name of an npm package');
const packageVersion = line(256);

export const FIELD_RULES: ReadonlyMap<string, FieldRule> = new Map<string, FieldRule>([
  // The rule of names is a message of its own, from tool-name.ts.
  ['name', (value, path) => (typeof value === 'string' ? [] : expected(path, 'a string', value))],
  ['title', line(200)],
  ['description', prose(16 * KIB)],
  ['code', prose(LIMIT_TABLE.sourceBytes.max)],
  ['servers', list(64, line(128))],
  ['inputSchema', schema],
  ['outputSchema', schema],
  ['annotations', annotations],
  ['dependencies', dependencies],
  ['engine', oneOf(ENGINE_CHOICES)],
  ['image', matching(IMAGE, 'an image reference like "node:24-slim"')],
  ['timeoutMs', whole(1, LIMIT_TABLE.wallMs.max)],
  ['enabled', boolean],
  ['tags', list(32, matching(TAG, 'a tag of 1 to 64 ASCII letters, digits and any of "_ . : / -"'))],
]);

function expected(path: string, what: string, value: Json): readonly string[] {
  return [`${path}: expected ${what}, got ${describeValue(value)}.`];
}

/** Text on one line, not blank. */
function line(maxChars: number): FieldRule {
  return (value, path) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= maxChars && !/[\p{Cc}\p{Cs}]/u.test(value)
      ? []
      : expected(path, `one line of 1 to ${maxChars} characters`, value);
}

/** Text of many lines. PostgreSQL keeps no NUL, and a lone surrogate has no UTF-8. */
function prose(maxBytes: number): FieldRule {
  return (value, path) => {
    if (typeof value !== 'string' || value.trim() === '') return expected(path, 'a text that is not blank', value);
    if (value.includes('\0') || !value.isWellFormed())
      return [`${path}: expected well-formed text without NUL characters.`];
    const bytes = Buffer.byteLength(value);
    return bytes <= maxBytes ? [] : [`${path}: expected at most ${maxBytes} bytes, got ${bytes}.`];
  };
}

function matching(pattern: RegExp, what: string): FieldRule {
  return (value, path) => (typeof value === 'string' && pattern.test(value) ? [] : expected(path, what, value));
}

function oneOf(choices: readonly string[]): FieldRule {
  const what = `one of ${choices.map(quote).join(', ')}`;
  return (value, path) => (typeof value === 'string' && choices.includes(value) ? [] : expected(path, what, value));
}

function whole(min: number, max: number): FieldRule {
  return (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? []
      : expected(path, `a whole number from ${min} to ${max}`, value);
}

function boolean(value: Json, path: string): readonly string[] {
  return typeof value === 'boolean' ? [] : expected(path, 'true or false', value);
}

function list(maxItems: number, rule: FieldRule): FieldRule {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > maxItems)
      return expected(path, `a list of at most ${maxItems} entries`, value);
    const twice = value.findIndex((item, at) => value.indexOf(item) !== at);
    if (twice >= 0) return [`${path}[${twice}]: expected every entry once, got ${describeValue(value[twice])} again.`];
    return value.flatMap((item, at) => rule(item, `${path}[${at}]`));
  };
}

function schema(value: Json, path: string): readonly string[] {
  if (!isJsonObject(value)) return expected(path, 'a JSON Schema object', value);
  if (depthOf(value, MAX_SCHEMA_DEPTH + 1) > MAX_SCHEMA_DEPTH)
    return [`${path}: expected at most ${MAX_SCHEMA_DEPTH} levels of nesting, got more.`];
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes <= MAX_SCHEMA_BYTES ? [] : [`${path}: expected at most ${MAX_SCHEMA_BYTES} bytes, got ${bytes}.`];
}

function annotations(value: Json, path: string): readonly string[] {
  if (!isJsonObject(value)) return expected(path, 'an object', value);
  const keys = [...ANNOTATIONS.keys()].join(', ');
  const entries: readonly (readonly [string, Json])[] = Object.entries(value);
  return entries.flatMap(([key, member]) => {
    const rule = ANNOTATIONS.get(key);
    return rule?.(member, `${path}.${key}`) ?? [`${path}: expected one of ${keys}, got the key ${quote(key)}.`];
  });
}

function dependency(value: Json, path: string): readonly string[] {
  if (!isJsonObject(value)) return expected(path, 'an object with name and version', value);
  const { name, version, ...rest } = value;
  const [odd] = Object.keys(rest);
  if (odd !== undefined) return [`${path}: expected name and version, got the key ${quote(odd)}.`];
  if (name === undefined || version === undefined)
    return [`${path}: expected both name and version, got no ${name === undefined ? 'name' : 'version'}.`];
  return [...packageName(name, `${path}.name`), ...packageVersion(version, `${path}.version`)];
}

function dependencies(value: Json, path: string): readonly string[] {
  const found = list(LIMIT_TABLE.dependencies.max, dependency)(value, path);
  if (found.length > 0 || !Array.isArray(value)) return found;
  const names = value.map((each: Json) => (isJsonObject(each) ? each.name : undefined));
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  return twice < 0 ? [] : [`${path}[${twice}]: expected every package once, got ${describeValue(names[twice])} again.`];
}
