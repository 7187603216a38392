/**
 * One tool as an upstream describes it, parsed: either a tool that is safe to declare and to call, or the reason why it
 * is not passed on. Called by server-tools.ts for every tool of a list; a bad tool never hurts its siblings.
 *
 * What is repaired and what is dropped: an input schema that is missing, null or without `type` is taken for an object
 * schema. One that is no object schema, too large or too deep drops its tool, because calls could not be checked. An
 * output schema or annotations of that kind are left away and the tool is kept. Descriptions are cut.
 */
import { depthOf, isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { DroppedTool, Tool } from '../../base/tool.ts';
import { cutText } from '../clean-text.ts';
import { headerWishes } from '../param-headers.ts';

const MAX_NAME_CHARS = 128;
const MAX_TITLE_CHARS = 256;
const MAX_DESCRIPTION_CHARS = 8_192;
const MAX_SCHEMA_BYTES = 256 * 1024;
const MAX_SCHEMA_DEPTH = 64;
const MAX_ANNOTATION_BYTES = 4 * 1024;
const MAX_ANNOTATION_DEPTH = 8;

/** A tool without what only its server can give it: where it comes from and its identifier. */
export type ParsedTool = Omit<Tool, 'server' | 'identifier'>;

export type ToolVerdict =
  | { readonly kind: 'tool'; readonly tool: ParsedTool }
  | { readonly kind: 'dropped'; readonly dropped: DroppedTool };

/** `mirrorsParams` is true on connections where `x-mcp-header` has a meaning. */
export function parseTool(raw: Json, mirrorsParams: boolean): ToolVerdict {
  if (!isJsonObject(raw)) return drop('(unnamed)', `it is ${describe(raw)} instead of an object`);
  const { name } = raw;
  if (typeof name !== 'string') return drop('(unnamed)', `its name is ${describe(name)} instead of a string`);
  const wrongName = complainAboutName(name);
  if (wrongName !== undefined) return drop(shownName(name), wrongName);
  const input = parseInputSchema(raw.inputSchema);
  if (typeof input === 'string') return drop(name, input);
  const wishes = mirrorsParams ? headerWishes(input) : undefined;
  if (wishes?.kind === 'invalid') return drop(name, wishes.reason);
  const output = withinCaps(raw.outputSchema, MAX_SCHEMA_BYTES, MAX_SCHEMA_DEPTH);
  const annotations = withinCaps(raw.annotations, MAX_ANNOTATION_BYTES, MAX_ANNOTATION_DEPTH);
  const title = words(raw.title, MAX_TITLE_CHARS) ?? words(annotations?.title, MAX_TITLE_CHARS);
  const description = words(raw.description, MAX_DESCRIPTION_CHARS);
  const tool: ParsedTool = {
    name,
    inputSchema: input,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(output === undefined ? {} : { outputSchema: output }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { kind: 'tool', tool };
}

function drop(name: string, reason: string): ToolVerdict {
  return { kind: 'dropped', dropped: { name, reason } };
}

function complainAboutName(name: string): string | undefined {
  if (name === '') return 'its name is empty';
  if (name.length > MAX_NAME_CHARS)
    return `its name has ${name.length} characters; at most ${MAX_NAME_CHARS} are allowed`;
  const isClean = name.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
  return isClean ? undefined : 'its name holds control characters or half characters';
}

function shownName(name: string): string {
  const shown = cutText(name, MAX_NAME_CHARS)
    .replaceAll(/[\n\t]/g, ' ')
    .trim();
  return shown === '' ? '(unnamed)' : shown;
}

/** The schema, or the reason why there is none that could be used. */
function parseInputSchema(raw: Json | undefined): JsonObject | string {
  if (raw === undefined || raw === null) return { type: 'object' };
  if (!isJsonObject(raw)) return `its input schema is ${describe(raw)} instead of an object schema`;
  const { type } = raw;
  const isObject = type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
  if (!isObject) return 'its input schema is for something else than an object of arguments';
  if (depthOf(raw, MAX_SCHEMA_DEPTH + 1) > MAX_SCHEMA_DEPTH) {
    return `its input schema is nested more than ${MAX_SCHEMA_DEPTH} levels deep`;
  }
  const bytes = JSON.stringify(raw).length;
  if (bytes > MAX_SCHEMA_BYTES) return `its input schema has ${bytes} bytes; at most ${MAX_SCHEMA_BYTES} are read`;
  return type === 'object' ? raw : { ...raw, type: 'object' };
}

function withinCaps(raw: Json | undefined, maxBytes: number, maxDepth: number): JsonObject | undefined {
  if (!isJsonObject(raw) || depthOf(raw, maxDepth + 1) > maxDepth) return undefined;
  return JSON.stringify(raw).length > maxBytes ? undefined : raw;
}

function words(raw: Json | undefined, maxChars: number): string | undefined {
  const text = typeof raw === 'string' ? cutText(raw, maxChars).trim() : '';
  return text === '' ? undefined : text;
}

function describe(raw: Json | undefined): string {
  if (raw === undefined) return 'missing';
  if (raw === null) return 'null';
  return Array.isArray(raw) ? 'an array' : `a ${typeof raw}`;
}
