/**
 * Words for values and schemas in messages to an agent: what came, and what was expected. Values are a stranger's, so
 * everything is quoted as JSON and cut. Called by describe-mistake.ts and by the tools that refuse a name.
 */
import { isJsonObject } from '../../base/json.ts';

const SHOWN_CHARS = 60;
const SHOWN_CHOICES = 20;

/** `"text"` as JSON, cut to a length that fits a sentence. */
export function quote(text: string): string {
  const cut = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  return JSON.stringify(cut.toWellFormed());
}

/** What came, as in `got the string "abc"`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `the string ${quote(value)}`;
  if (Array.isArray(value)) return `an array of ${value.length} item${value.length === 1 ? '' : 's'}`;
  if (typeof value === 'object') return 'an object';
  return `the ${typeof value} ${String(value)}`;
}

const TYPE_WORDS: ReadonlyMap<unknown, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['integer', 'an integer'],
  ['boolean', 'a boolean'],
  ['object', 'an object'],
  ['array', 'an array'],
  ['null', 'null'],
]);

/** What was expected, as in `expected a string or null`. */
export function describeSchema(schema: unknown): string {
  if (!isJsonObject(schema)) return 'a value';
  if (Array.isArray(schema.enum)) return describeChoices(schema.enum);
  if (Object.hasOwn(schema, 'const')) return describeConstant(schema.const);
  if (schema.type !== undefined) return describeTypes(schema.type);
  const branches = Array.isArray(schema.anyOf) ? schema.anyOf : schema.oneOf;
  if (!Array.isArray(branches)) return 'a value';
  return [...new Set(branches.slice(0, SHOWN_CHOICES).map(describeSchema))].join(' or ');
}

/** The JSON Schema type or types in words. */
export function describeTypes(types: unknown): string {
  const list = Array.isArray(types) ? types : [types];
  return list.map((type) => TYPE_WORDS.get(type) ?? 'a value').join(' or ');
}

export function describeChoices(choices: readonly unknown[]): string {
  const shown = choices.slice(0, SHOWN_CHOICES).map(describeConstant);
  const more = choices.length > shown.length ? `, or ${choices.length - shown.length} others` : '';
  return shown.length === 1 ? `${shown[0]}${more}` : `one of ${shown.join(', ')}${more}`;
}

export function describeConstant(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  return typeof value === 'object' && value !== null ? 'a fixed value' : String(value);
}
