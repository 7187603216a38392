/**
 * The inputSchema of a dynamic tool as clients take it. Many of them parse the whole list of tools strictly, so that one
 * odd schema would cost them every other tool. Pure; called before a tool is stored, and for every one that is listed.
 */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { StoredTool } from '../../registry/record/stored-tool.ts';

/** Why a stored tool is in quarantine or cannot be listed, as one sentence; undefined where nothing is wrong with it. */
export function unfitReason(stored: StoredTool): string | undefined {
  if (stored.kind === 'quarantined') return stored.reason;
  if (stored.kind === 'deleted' || stored.definition.inputSchema === undefined) return undefined;
  return complainAboutInputSchema(stored.definition.inputSchema);
}

/** What clients would not take, as one sentence, or undefined. Says nothing about whether the schema compiles. */
export function complainAboutInputSchema(schema: JsonObject): string | undefined {
  const { type, properties, required } = schema;
  if (type !== 'object') return 'inputSchema.type: expected "object", because the arguments of a tool are an object.';
  if (properties !== undefined && !isJsonObject(properties)) return 'inputSchema.properties: expected an object.';
  if (Object.values(properties ?? {}).some((member: Json) => !isJsonObject(member) && typeof member !== 'boolean'))
    return 'inputSchema.properties: expected every member to be a JSON Schema.';
  const isListOfNames = Array.isArray(required) && required.every((name: Json) => typeof name === 'string');
  return required === undefined || isListOfNames ? undefined : 'inputSchema.required: expected a list of names.';
}

/** The same schema without `true` and `false` in the place of a property's schema, which strict clients refuse. */
export function clientSchema(schema: JsonObject): JsonObject {
  const { properties } = schema;
  if (!isJsonObject(properties)) return schema;
  const members: readonly (readonly [string, Json])[] = Object.entries(properties);
  if (!members.some(([, member]) => typeof member === 'boolean')) return schema;
  const spelled = members.map(([name, member]) => {
    if (typeof member !== 'boolean') return [name, member] as const;
    return [name, member ? {} : { not: {} }] as const;
  });
  return { ...schema, properties: Object.fromEntries(spelled) };
}
