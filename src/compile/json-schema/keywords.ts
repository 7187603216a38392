/**
 * What single keywords of a schema mean, before any text is made of them: its types, stated or implied, and what it
 * is combined with. Called by schema-type.ts.
 */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { beside, type Position } from './rendering.ts';
import { kindOf } from './text/literal-type.ts';
import { KIND } from './text/type-text.ts';

const OBJECT_KEYWORDS = ['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames'];
const ARRAY_KEYWORDS = ['items', 'prefixItems'];
const COMBINATORS = [
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'dependentSchemas',
  'dependencies',
  '$ref',
  '$dynamicRef',
  '$recursiveRef',
];
export const TYPE_BITS: ReadonlyMap<string, number> = new Map([...Object.entries(KIND), ['integer', KIND.number]]);
const STRUCTURAL = [...OBJECT_KEYWORDS, ...ARRAY_KEYWORDS, ...COMBINATORS];

/** Where the members of a combinator are: next to the schema, and meaning its type unless they name their own. */
export function memberPosition(schema: JsonObject, at: Position): Position {
  const types = typeNames(schema) ?? at.types ?? impliedTypes(schema, at);
  return { ...beside(at), ...(types === undefined ? {} : { types }) };
}

/** The schema's own `type`; undefined where it has none, or one that JSON Schema does not know. */
export function typeNames(schema: JsonObject): readonly string[] | undefined {
  const { type, nullable } = schema;
  const names = typeof type === 'string' ? [type] : list(type);
  if (names.length === 0 || !names.every((name) => typeof name === 'string' && TYPE_BITS.has(name))) return undefined;
  return [...names.map(String), ...(nullable === true ? ['null'] : [])];
}

/** A schema that describes properties or elements without a type means the type it is combined with, or implies one. */
export function impliedTypes(schema: JsonObject, at: Position): readonly string[] | undefined {
  const hasAny = (keywords: readonly string[]) => keywords.some((keyword) => Object.hasOwn(schema, keyword));
  const implied = [...(hasAny(OBJECT_KEYWORDS) ? ['object'] : []), ...(hasAny(ARRAY_KEYWORDS) ? ['array'] : [])];
  return implied.length === 0 ? undefined : (at.types ?? implied);
}

/** Branches of which one or none holds; only those that bring properties of which the schema itself does not know. */
export function conditionals(schema: JsonObject): readonly (readonly (Json | undefined)[])[] {
  const { if: condition, then, else: otherwise, dependentSchemas, dependencies, properties } = schema;
  const dependent = [dependentSchemas, dependencies].flatMap((map) => (isJsonObject(map) ? Object.values(map) : []));
  const all = [
    ...(condition === undefined ? [] : [[then, otherwise]]),
    ...dependent.map((branch) => [branch, undefined]),
  ];
  const known = isJsonObject(properties) ? properties : {};
  return all.filter((branches) =>
    branches.some((branch) => {
      const brought = isJsonObject(branch) ? branch.properties : undefined;
      return isJsonObject(brought) && Object.keys(brought).some((name) => !Object.hasOwn(known, name));
    }),
  );
}

/** True where the schema's meaning is not all in its own keywords. */
export function isCombined(schema: JsonObject): boolean {
  return COMBINATORS.some((keyword) => Object.hasOwn(schema, keyword));
}

/** True where a name would say no more than the type itself. */
export function isPlain(schema: Json): boolean {
  return !isJsonObject(schema) || !STRUCTURAL.some((keyword) => Object.hasOwn(schema, keyword));
}

export function isEverything(schema: Json | undefined): boolean {
  return schema === true || (isJsonObject(schema) && Object.keys(schema).length === 0);
}

export function isOfType(value: Json, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : kindOf(value) === type;
}

export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
