/**
 * What a schema says beyond its type (description, default, format, ranges …) as a doc comment. Every word in it is a
 * stranger's: it is cleaned, capped, and cannot end its comment or speak to the compiler. Called by the rest of
 * json-schema/ and by declarations.ts.
 */
import { stripVTControlCharacters } from 'node:util';
import { depthOf, type Json, type JsonObject } from '../../../base/json.ts';

export const MAX_DESCRIPTION_CHARS = 1_000;
const MAX_FACT_CHARS = 200;
const MAX_FACT_DEPTH = 20;
const ONE_LINE_CHARS = 110;
const PLAIN = /^[ -~]*$/;

/** Keywords shown as `@keyword value`, in this order. */
const FACTS = [
  'format',
  'default',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'contentEncoding',
  'contentMediaType',
  'examples',
  'example',
  'readOnly',
  'writeOnly',
] as const;

/** The keywords that most schemas are made of, and of which none is a fact. */
const UNREMARKABLE: ReadonlySet<string> = new Set(['description', 'title', 'properties', 'required', 'items', 'enum']);

/**
 * A stranger's text made harmless to read: terminal codes, control, bidi and invisible characters are gone, every kind
 * of line end is `\n`, and what is longer than `maxChars` ends in an ellipsis.
 */
export function cleanText(text: string, maxChars: number): string {
  if (text.length <= maxChars && PLAIN.test(text)) return text.trim();
  // A bounded slice first: what is cut away later need not be cleaned, and a description may have megabytes.
  const visible = stripVTControlCharacters(text.slice(0, maxChars * 4))
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
  const isCut = visible.length > maxChars || text.length > maxChars * 4;
  return isCut ? `${visible.slice(0, maxChars).toWellFormed().trimEnd()}…` : visible;
}

/** As `cleanText`, on one line. */
export function cleanLine(text: string, maxChars: number): string {
  return cleanText(text, maxChars).replaceAll(/\s+/g, ' ');
}

/** What belongs in the comment above something of this schema. `name` is its own name, which a title often repeats. */
export function docLines(schema: JsonObject, name: string): readonly string[] {
  const { description, title } = schema;
  const lines: string[] = [];
  if (typeof description === 'string') lines.push(cleanText(description, MAX_DESCRIPTION_CHARS));
  else if (typeof title === 'string' && bareName(title) !== bareName(name))
    lines.push(cleanLine(title, MAX_FACT_CHARS));
  return [...lines.filter((line) => line !== ''), ...facts(schema)];
}

/** A comment without a line end, to stand before a union member or an element; empty where there is nothing to say. */
export function inlineDoc(schema: JsonObject): string {
  const line = cleanLine(docLines(schema, '').join(' '), MAX_FACT_CHARS);
  return line === '' ? '' : `/** ${escapeComment(line)} */ `;
}

/** The comment with its line end, or an empty string where there are no lines. */
export function renderDocComment(lines: readonly string[], indent: string): string {
  if (lines.length === 0) return '';
  const escaped = lines.map(escapeComment);
  const short = escaped.join(' ');
  if (short.length <= ONE_LINE_CHARS && !short.includes('\n')) return `${indent}/** ${short} */\n`;
  const body = escaped.flatMap((line) => line.split('\n')).map((line) => `${indent} * ${line}`.trimEnd());
  return `${indent}/**\n${body.join('\n')}\n${indent} */\n`;
}

/** `@ts-expect-error` and its kin are obeyed even inside a block comment, so the word is broken up. */
export function escapeComment(text: string): string {
  return text.replaceAll('*/', '*\\/').replaceAll(/@(?=ts-)/gi, '@ ');
}

function facts(schema: JsonObject): readonly string[] {
  const keywords = Object.keys(schema);
  const isRemarkable = (keyword: string) =>
    !UNREMARKABLE.has(keyword) && (keyword !== 'type' || schema.type === 'integer');
  if (!keywords.some(isRemarkable)) return [];
  const shown = FACTS.filter((keyword) => Object.hasOwn(schema, keyword) && schema[keyword] !== false).map((keyword) =>
    `@${keyword} ${factText(schema[keyword])}`.trimEnd(),
  );
  const integer = schema.type === 'integer' ? ['@integer'] : [];
  const deprecated = schema.deprecated === true ? ['@deprecated'] : [];
  const all = [...integer, ...shown, ...deprecated];
  return all.length === 0 ? [] : [all.join(' ')];
}

function factText(value: Json | undefined): string {
  if (value === undefined || value === true) return '';
  // Too deep a value would overflow the stack of JSON.stringify.
  if (depthOf(value, MAX_FACT_DEPTH) >= MAX_FACT_DEPTH) return '…';
  return cleanLine(
    typeof value === 'string' ? value.slice(0, MAX_FACT_CHARS * 4) : JSON.stringify(value),
    MAX_FACT_CHARS,
  );
}

function bareName(name: string): string {
  return name
    .slice(0, MAX_FACT_CHARS)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
