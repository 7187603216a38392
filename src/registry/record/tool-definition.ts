/**
 * What an operator says of a dynamic tool, and how a stranger's value becomes one. Called for every definition before it
 * is stored, for every record read back, and for every line that is imported. Never throws.
 */
import type { EngineChoice } from '../../base/config.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { nearestHint } from '../../base/nearest.ts';
import type { Dependency } from '../../base/packages/package-set.ts';
import { describeValue, quote } from './describe.ts';
import { FIELD_RULES } from './field-rules.ts';
import type { ComplainAboutName } from './tool-name.ts';

/** MCP's hints about a tool. */
export interface ToolAnnotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

export interface ToolDefinition {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  /** A program, TypeScript or JavaScript. */
  readonly code: string;
  /** Upstreams that the program may call; absent means none. */
  readonly servers?: readonly string[];
  readonly inputSchema?: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly annotations?: ToolAnnotations;
  readonly dependencies?: readonly Dependency[];
  readonly engine?: EngineChoice;
  readonly image?: string;
  readonly timeoutMs?: number;
  readonly enabled: boolean;
  readonly tags?: readonly string[];
}

/** Members to change; null takes an optional one away. */
export type DefinitionPatch = { readonly [Key in keyof ToolDefinition]?: ToolDefinition[Key] | null };

export type ParsedDefinition =
  | { readonly kind: 'definition'; readonly definition: ToolDefinition }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] };

const REQUIRED: readonly string[] = ['name', 'description', 'code'];
const SHOWN_MISTAKES = 20;

/** The definition as a copy of its own, with `enabled` true where it was not given. */
export function parseDefinition(value: unknown, complainAboutName: ComplainAboutName): ParsedDefinition {
  const json = copyOf(value);
  if (!isJsonObject(json)) return mistakes([`tool: expected an object, got ${describeValue(json)}.`]);
  const keys = [...FIELD_RULES.keys()];
  const found = Object.keys(json).flatMap((key) =>
    FIELD_RULES.has(key) ? [] : [`tool: ${quote(key)} is no member of a tool.${nearestHint(key, keys)}`],
  );
  for (const key of REQUIRED) if (json[key] === undefined) found.push(`${key}: expected a string, got nothing.`);
  for (const [key, rule] of FIELD_RULES) {
    const member = json[key];
    if (Object.hasOwn(json, key) && member !== undefined) found.push(...rule(member, key));
  }
  const complaint = typeof json.name === 'string' ? complainAboutName(json.name) : undefined;
  if (complaint !== undefined) found.unshift(complaint);
  if (found.length > 0) return mistakes(found);
  const known = keys.flatMap((key) => (Object.hasOwn(json, key) ? [[key, json[key]] as const] : []));
  // Every member was checked by the rule of its key, which is where its type comes from.
  const definition = { enabled: true, ...Object.fromEntries(known) } as unknown as ToolDefinition;
  return { kind: 'definition', definition };
}

/** The definition with the patch applied, not yet parsed. The name stays what it is: it is no member of a patch. */
export function patchDefinition(definition: ToolDefinition, patch: DefinitionPatch): unknown {
  const merged = new Map<string, unknown>(Object.entries(definition));
  for (const [key, member] of Object.entries(patch)) {
    if (member === null) merged.delete(key);
    else if (member !== undefined) merged.set(key, member);
  }
  return Object.fromEntries(merged);
}

/** Through JSON and back: what is kept is what would be read, and nobody else holds a part of it. */
function copyOf(value: unknown): Json | undefined {
  try {
    return parseJson(JSON.stringify(value) ?? '');
  } catch {
    return undefined;
  }
}

function mistakes(found: readonly string[]): ParsedDefinition {
  const more = found.length - SHOWN_MISTAKES;
  const rest = more > 0 ? [`There are ${more} more mistakes.`] : [];
  return { kind: 'mistakes', mistakes: [...found.slice(0, SHOWN_MISTAKES), ...rest] };
}
