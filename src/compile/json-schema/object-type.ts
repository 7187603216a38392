/**
 * The object part of a schema: properties, what is required, and what else may be there. A schema that is silent on
 * further properties gets none here, though JSON Schema would allow any: a property that nobody declared is a slip
 * far more often than a wish, and an agent is told of it before the call. Called by schema-type.ts.
 */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { inside, type Position, type Rendering, type Style } from './rendering.ts';
import { docLines, renderDocComment } from './text/doc-comment.ts';
import { propertyName } from './text/literal-type.ts';
import { atom, bareType, KIND, NO_PROPERTIES, opaque, type TypeText, unionOf } from './text/type-text.ts';

/** An object without comments takes one line up to this. */
const LINE_CHARS = 90;
/** A property type longer than this is widened to its kinds where an index signature has to repeat it. */
const REPEATED_CHARS = 80;

interface Member {
  readonly doc: string;
  readonly text: string;
  readonly type: TypeText;
}

export function renderObjectType(schema: JsonObject, at: Position, rendering: Rendering): TypeText {
  const properties = declaredProperties(schema);
  const required = requiredNames(schema);
  const further = furtherTypes(schema, at, rendering);
  if (properties.size === 0 && further.length === 0) {
    return schema.additionalProperties === false ? NO_PROPERTIES : bareType(KIND.object, rendering.word);
  }
  const members: Member[] = [];
  let isCut = false;
  for (const [name, property] of properties) {
    const key = `${propertyName(name)}${required.has(name) ? '' : '?'}: `;
    isCut = !rendering.budget.takeText(`${at.indent}  ${key}${rendering.word};\n`);
    if (isCut) break;
    members.push(renderMember(name, key, property, at, rendering));
  }
  const index = isCut
    ? opaque(rendering.word, 'more properties were left out')
    : indexType(members, further, required.size < properties.size, rendering.word);
  const takesEmpty = required.size === 0 && !(Number(schema.minProperties) >= 1);
  return atom(layOut(members, index, at.indent, rendering.style), KIND.object, { takesEmpty });
}

/** Declared ones first, in the schema's order, then those that are only required or only named by `propertyNames`. */
function declaredProperties(schema: JsonObject): ReadonlyMap<string, Json> {
  const { properties, additionalProperties } = schema;
  const declared = new Map<string, Json>(isJsonObject(properties) ? Object.entries(properties) : []);
  const undeclared = additionalProperties === false ? true : (additionalProperties ?? true);
  for (const name of [...requiredNames(schema), ...(closedNames(schema) ?? [])]) {
    if (!declared.has(name)) declared.set(name, undeclared);
  }
  return declared;
}

function requiredNames(schema: JsonObject): ReadonlySet<string> {
  return new Set(strings(schema.required));
}

/** The names of a record with a fixed set of keys. */
function closedNames(schema: JsonObject): readonly string[] | undefined {
  const { propertyNames } = schema;
  const names = isJsonObject(propertyNames) ? propertyNames.enum : undefined;
  return Array.isArray(names) ? strings(names) : undefined;
}

function strings(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The types of properties that have no name in the schema; empty where there may be none. */
function furtherTypes(schema: JsonObject, at: Position, rendering: Rendering): readonly TypeText[] {
  const { patternProperties, additionalProperties } = schema;
  const patterns = isJsonObject(patternProperties) ? Object.values(patternProperties) : [];
  const others = additionalProperties ?? unevaluated(schema);
  const isOpen = closedNames(schema) === undefined && others !== undefined && others !== false;
  return [...patterns, ...(isOpen ? [others] : [])].map((part) => rendering.renderSchema(part, inside(at)));
}

/** Next to a combinator, what is unevaluated depends on its members, which no index signature can say. */
function unevaluated(schema: JsonObject): Json | undefined {
  const isCombined = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'if'].some((keyword) => keyword in schema);
  return isCombined ? undefined : schema.unevaluatedProperties;
}

function renderMember(name: string, key: string, property: Json, at: Position, rendering: Rendering): Member {
  const isDocumented = rendering.style === 'full' && isJsonObject(property);
  const doc = isDocumented ? renderDocComment(docLines(property, name), `${at.indent}  `) : '';
  const type = rendering.renderSchema(property, inside(at));
  return { doc: rendering.budget.takeDoc(doc) ? doc : '', text: `${key}${type.text}`, type };
}

/**
 * TypeScript wants every property to fit the index signature, JSON Schema does not: so the signature also allows what
 * the properties hold. The alternative, an intersection, could be read but never written as a literal.
 */
function indexType(
  members: readonly Member[],
  further: readonly TypeText[],
  hasOptional: boolean,
  word: 'unknown' | 'any',
): TypeText | undefined {
  if (further.length === 0) return undefined;
  const union = unionOf([...further, ...members.map(({ type }) => (fitsTwice(type) ? type : widened(type, word)))]);
  return hasOptional && !union.isOpaque ? { ...union, text: `${union.text} | undefined` } : union;
}

function fitsTwice(type: TypeText): boolean {
  return type.text.length <= REPEATED_CHARS && !type.text.includes('\n');
}

function widened(type: TypeText, word: 'unknown' | 'any'): TypeText {
  const wide = bareType(type.kinds, word);
  return { ...wide, text: wide.bare ?? wide.text };
}

function layOut(members: readonly Member[], index: TypeText | undefined, indent: string, style: Style): string {
  const lines = members.map(({ text }) => text);
  if (index !== undefined) lines.push(`[key: string]: ${index.text}`);
  const isPlain = members.every(({ doc }) => doc === '') && !lines.some((line) => line.includes('\n'));
  const line = isPlain ? `{ ${lines.join('; ')} }` : '';
  if (style === 'line' || (isPlain && line.length <= LINE_CHARS)) return line;
  return `{\n${lines.map((text, row) => `${members[row]?.doc ?? ''}${indent}  ${text};\n`).join('')}${indent}}`;
}
