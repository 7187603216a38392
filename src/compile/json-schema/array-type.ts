/**
 * The array part of a schema: lists, and tuples in both spellings (`prefixItems` of 2020-12, `items` as a list of
 * draft-07). How many elements a plain list has is left to the doc comment: a program builds lists with `map` and
 * `filter`, and what those return has no length that TypeScript knows. Called by schema-type.ts.
 */
import type { Json, JsonObject } from '../../base/json.ts';
import { beside, type Position, type Rendering } from './rendering.ts';
import { arrayOf, atom, bareType, KIND, NEVER, type TypeText } from './text/type-text.ts';

const MAX_TUPLE = 50;

export function renderArrayType(schema: JsonObject, at: Position, rendering: Rendering): TypeText {
  const { prefixItems, items, additionalItems, maxItems } = schema;
  const prefix = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  const rest = Array.isArray(items) ? additionalItems : items;
  if (prefix.length > 0) return renderTuple(prefix, rest, schema, at, rendering);
  if (rest === undefined) return bareType(KIND.array, rendering.word);
  const element = maxItems === 0 ? NEVER : rendering.renderSchema(rest, beside(at));
  if (element.kinds === 0) return atom('[]', KIND.array);
  return arrayOf(element, rendering.inlineDoc(rest));
}

function renderTuple(
  prefix: readonly Json[],
  rest: Json | undefined,
  schema: JsonObject,
  at: Position,
  rendering: Rendering,
): TypeText {
  const least = count(schema.minItems) ?? 0;
  const most = count(schema.maxItems) ?? Number.POSITIVE_INFINITY;
  const shown = prefix.slice(0, Math.min(most, MAX_TUPLE));
  // A type that names itself inside an optional or rest element compiles only where the element has a label.
  const label = (name: string, mark: string) => (at.isInNamespace ? `${name}${mark}: ` : '');
  const elements = shown.map((element, index) => {
    const type = rendering.renderSchema(element, beside(at));
    const start = `${rendering.inlineDoc(element)}${label(`item${index}`, index < least ? '' : '?')}`;
    if (index < least || at.isInNamespace) return `${start}${type.text}`;
    return `${start}${type.binding === 'atom' ? type.text : `(${type.text})`}?`;
  });
  const isOpen = most > prefix.length && rest !== false;
  if (isOpen || prefix.length > MAX_TUPLE) {
    const isCut = prefix.length > MAX_TUPLE || rest === undefined;
    const type = isCut ? bareType(KIND.array, rendering.word) : arrayOf(rendering.renderSchema(rest, beside(at)));
    elements.push(`...${label('rest', '')}${type.text}`);
  }
  return atom(`[${elements.join(', ')}]`, KIND.array);
}

function count(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}
