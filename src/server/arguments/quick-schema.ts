/**
 * Schemas that can be checked without a clock beside it: no keyword of theirs takes longer than its part of the value is
 * long. Pure; asked once for each schema, by compile-schema.ts.
 */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';

const MAX_CHARS = 8 * 1024;
const MAX_CHOICES = 100;

/** What says nothing about a value, or compares it with a number, a name or a few scalars. */
const PLAIN: ReadonlySet<string> = new Set([
  ...['$schema', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  ...['type', 'required', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
]);

export function isQuickSchema(schema: JsonObject): boolean {
  return JSON.stringify(schema).length <= MAX_CHARS && isQuick(schema);
}

function isQuick(schema: Json): boolean {
  if (typeof schema === 'boolean') return true;
  if (!isJsonObject(schema)) return false;
  const members: readonly (readonly [string, Json])[] = Object.entries(schema);
  return members.every(([keyword, value]) => {
    if (PLAIN.has(keyword)) return true;
    if (keyword === 'const') return isScalar(value);
    if (keyword === 'enum') return Array.isArray(value) && value.length <= MAX_CHOICES && value.every(isScalar);
    if (keyword === 'properties') return isJsonObject(value) && Object.values(value).every(isQuick);
    return (keyword === 'items' || keyword === 'additionalProperties') && isQuick(value);
  });
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null;
}
