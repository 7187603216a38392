/**
 * What a tool of the MCP face is: how it is listed, what it accepts, what it does. Built-in tools and the code-mode
 * tools of a workspace have this one shape; tool-surface.ts lists and finds them, answer-call.ts calls them.
 */
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/server';
import type { Caller, Scope } from '../base/gate/caller.ts';
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts';
import type { ToolProgress } from '../run/call-tool.ts';
import { type CheckValue, compileOwnSchema } from './arguments/compile-schema.ts';
import type { ServerParts, Upstreams } from './server-parts.ts';
import type { Workspace } from './workspace/workspace.ts';

/** What a call may use beside its arguments. */
export interface CallContext {
  readonly parts: ServerParts;
  readonly workspace: Workspace;
  /** Who asks: of this request, since a later one of the same workspace may carry another token of its subject. */
  readonly caller: Caller;
  readonly surface: ToolFinder;
  /** Aborts when the client cancels or goes, and when the server's grace period is over. */
  readonly signal: AbortSignal;
  /** Present where the client asked for progress. */
  readonly onProgress?: (progress: ToolProgress) => void;
}

/** The tools by name, for tools that are about other tools. */
export interface ToolFinder {
  /** Names of the built-in tools, aliases included. */
  builtInNames(): readonly string[];
  /** The tool of the name in either spelling, or undefined. */
  find(name: string, workspace: Workspace): ServerTool | undefined;
  /** The same, where a dynamic tool may not have been read yet: its client knows it from before a restart. */
  findLate(name: string, workspace: Workspace): Promise<ServerTool | undefined>;
  /** All names that somebody with the view may call in the workspace, for "did you mean". */
  names(workspace: Workspace, view: Pick<ToolView, 'mayCall'>): readonly string[];
}

/** What somebody who lists tools is to see. */
export interface ToolView {
  /** The servers that are named to them. */
  readonly upstreams: Pick<Upstreams, 'names'>;
  mayCall(tool: Pick<ServerTool, 'name' | 'scope'>): boolean;
}

export interface ServerTool {
  /** The dotted form, where there is a dot in it. */
  readonly name: string;
  /** Further names that are answered and never listed. */
  readonly aliases: readonly string[];
  /** What a caller needs to call it. */
  readonly scope: Scope;
  readonly title: string;
  readonly annotations: ToolAnnotations;
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject;
  /** For somebody who sees these servers; without them, for whoever sees all. */
  description(upstreams?: Pick<Upstreams, 'names'>): string;
  /** One sentence per mistake in the arguments. */
  readonly check: CheckValue;
  /** Called with arguments that `check` has passed. May throw a Fault. */
  call(args: JsonObject, context: CallContext): Promise<CallToolResult>;
}

export interface ToolSpec<Arguments> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** `codeloom.execute` without it. */
  readonly scope?: Scope;
  readonly title: string;
  readonly annotations: ToolAnnotations;
  readonly properties: JsonObject;
  /** Properties that are accepted, and left out of what a client lists. */
  readonly unlisted?: readonly string[];
  readonly required: readonly string[];
  readonly outputSchema: JsonObject;
  description(upstreams?: Pick<Upstreams, 'names'>): string;
  call(args: Arguments, context: CallContext): Promise<CallToolResult>;
}

/** A built-in tool. `Arguments` restates `properties` as a type: `check` has passed before `call` sees them. */
export function defineTool<Arguments>(spec: ToolSpec<Arguments>): ServerTool {
  const { name, title, annotations, outputSchema } = spec;
  const inputSchema: JsonObject = {
    type: 'object',
    properties: spec.properties,
    required: spec.required,
    additionalProperties: false,
  };
  const unlisted = new Set(spec.unlisted ?? []);
  const listed = Object.fromEntries(Object.entries(spec.properties).filter(([key]) => !unlisted.has(key)));
  return {
    name,
    aliases: spec.aliases ?? [],
    scope: spec.scope ?? 'codeloom.execute',
    title,
    annotations,
    inputSchema: { ...inputSchema, properties: listed },
    outputSchema,
    description: (upstreams) => spec.description(upstreams),
    check: compileOwnSchema(inputSchema),
    call: (args, context) => spec.call(args as Arguments, context),
  };
}

/** The tool with properties left out of what a client lists, also of what is within one; it accepts what it did. */
export function unlist(tool: ServerTool, names: readonly string[]): ServerTool {
  return names.length === 0 ? tool : { ...tool, inputSchema: withoutMembers(tool.inputSchema, new Set(names)) };
}

function withoutMembers(schema: JsonObject, names: ReadonlySet<string>): JsonObject {
  const { properties } = schema;
  if (!isJsonObject(properties)) return schema;
  const entries: readonly (readonly [string, Json])[] = Object.entries(properties);
  const left = entries
    .filter(([name]) => !names.has(name))
    .map(([name, member]) => [name, isJsonObject(member) ? withoutMembers(member, names) : member] as const);
  return { ...schema, properties: Object.fromEntries(left) };
}
