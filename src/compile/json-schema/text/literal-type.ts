/**
 * Values of a schema (`const`, `enum`) as literal types, and names as property names. Nothing written here can end
 * its string: quotes, line ends of every kind and invisible characters are escaped. Called by the
 * rest of json-schema/ and by declarations.ts.
 */
import { isJsonObject, type Json } from '../../../base/json.ts';
import { atom, bareType, KIND, type KindName, NO_PROPERTIES, type TypeText, unionOf } from './type-text.ts';

const MAX_LITERAL_CHARS = 1_000;
const MAX_LITERAL_DEPTH = 6;
const MAX_MEMBERS = 100;
const MAX_ENUM_VALUES = 500;
const MAX_ENUM_CHARS = 10_000;
/** Of what a stranger calls a type. */
const MAX_NAME_CHARS = 40;
const BARE_NAME = /^[A-Za-z_$][\w$]*$/;

/** The text as a double-quoted literal that reads the same to TypeScript, JavaScript and a person. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

export function propertyName(name: string): string {
  return BARE_NAME.test(name) ? name : quote(name);
}

/** A name for a type, made of what a schema calls it: never a reserved word, because it starts with a capital. */
export function typeName(wanted: string): string {
  const words = wanted.slice(0, MAX_NAME_CHARS).split(/[^A-Za-z0-9]+/);
  const joined = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join('');
  return /^[A-Z]/.test(joined) ? joined : `Type${joined}`;
}

export function kindOf(value: Json): KindName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as KindName;
}

/** The union of the values. Very many or very long ones are widened to their kinds, with a comment that says so. */
export function literalUnion(values: readonly Json[], word: 'unknown' | 'any'): TypeText {
  if (values.length <= MAX_ENUM_VALUES) {
    const union = unionOf(values.map((value) => literalType(value, word, 0)));
    if (union.text.length <= MAX_ENUM_CHARS) return union;
  }
  const wide = bareType(
    values.reduce((kinds: number, value) => kinds | KIND[kindOf(value)], 0),
    word,
  );
  return { ...wide, text: `${wide.text} /* one of ${values.length} values */` };
}

function literalType(value: Json, word: 'unknown' | 'any', depth: number): TypeText {
  const kind = KIND[kindOf(value)];
  if (Array.isArray(value)) return depth < MAX_LITERAL_DEPTH ? literalTuple(value, word, depth) : bareType(kind, word);
  if (isJsonObject(value)) return depth < MAX_LITERAL_DEPTH ? literalObject(value, word, depth) : bareType(kind, word);
  if (typeof value === 'string')
    return value.length <= MAX_LITERAL_CHARS ? atom(quote(value), kind) : bareType(kind, word);
  if (typeof value === 'number' && !Number.isFinite(value)) return bareType(kind, word);
  return atom(JSON.stringify(value), kind);
}

function literalTuple(values: readonly Json[], word: 'unknown' | 'any', depth: number): TypeText {
  if (values.length > MAX_MEMBERS) return bareType(KIND.array, word);
  return atom(`[${values.map((value) => literalType(value, word, depth + 1).text).join(', ')}]`, KIND.array);
}

function literalObject(value: { readonly [key: string]: Json }, word: 'unknown' | 'any', depth: number): TypeText {
  const entries = Object.entries(value);
  if (entries.length > MAX_MEMBERS) return bareType(KIND.object, word);
  if (entries.length === 0) return NO_PROPERTIES;
  const members = entries.map(
    ([name, member]) => `${propertyName(name)}: ${literalType(member, word, depth + 1).text}`,
  );
  return atom(`{ ${members.join('; ')} }`, KIND.object);
}
