/**
 * The tools of a workspace as clients list and name them: built-ins in the order of the table, then code-mode tools by
 * name, then dynamic tools by name, in pages where there are many. Names with a dot have an underscore form for clients that reject dots; every call is found under both.
 */
import { ProtocolError, ProtocolErrorCode, type Tool } from '@modelcontextprotocol/server';
import type { ToolNameStyle } from '../base/config.ts';
import type { Scope } from '../base/gate/caller.ts';
import type { DynamicListing } from './dynamic/dynamic-listing.ts';
import type { ServerTool, ToolFinder, ToolView } from './server-tool.ts';
import { codeModeShape } from './tools/code-mode-tool.ts';
import type { Workspace } from './workspace/workspace.ts';

export type NameStyle = Exclude<ToolNameStyle, 'auto'>;

/** Clients that refuse a whole list for one name with a dot call themselves `claude-ai`, `claude-code` and the like. */
const REJECTS_DOTS = /claude/i;

/** How names are spelled for a client of this name; one that gives none is taken to accept dots. */
export function nameStyleFor(setting: ToolNameStyle, clientName: string | undefined): NameStyle {
  if (setting !== 'auto') return setting;
  return REJECTS_DOTS.test(clientName ?? '') ? 'underscore' : 'dotted';
}

/** Dynamic tools beyond so many, or of more text, are on the next page: clients parse a page at a time. */
const PAGE_TOOLS = 1_000;
const PAGE_CHARS = 4 * 1024 * 1024;
/** Dynamic tools are read as the process starts. Whoever asks for a list waits no longer than so for them. */
const LIST_WAIT_MS = 250;
const CALL_WAIT_MS = 10_000;

export interface ToolPage {
  readonly tools: Tool[];
  readonly nextCursor?: string;
}

export interface ToolSurface extends ToolFinder {
  /** Of the tools that are in the view (all, without one): the page after the cursor, the first without one. Throws a ProtocolError for a cursor that is none of ours. */
  list(workspace: Workspace, style: NameStyle, cursor?: string, view?: ToolView): ToolPage;
  /** What a call under the name needs, the name of no built-in tool included. */
  scopeOf(name: string): Scope;
  /** Calls the listener after every change to what the workspace sees; returns the function that ends this. */
  onToolsChanged(workspace: Workspace, listener: () => void): () => void;
  /** Resolves when dynamic tools have been read once, or have had their time. */
  loaded(): Promise<void>;
}

export function createToolSurface(builtIns: readonly ServerTool[], dynamic?: DynamicListing): ToolSurface {
  const shape = codeModeShape();
  const byName = new Map<string, ServerTool>();
  for (const tool of builtIns) {
    for (const name of [tool.name, ...tool.aliases]) byName.set(name, tool).set(spell(name, 'underscore'), tool);
  }
  const find: ToolSurface['find'] = (name, workspace) => {
    const builtIn = byName.get(name);
    if (builtIn !== undefined) return builtIn;
    const made = workspace.tool(name);
    return made === undefined ? dynamic?.find(name) : shape(made);
  };
  return {
    builtInNames: () => [...byName.keys()],
    list(workspace, style, cursor, view) {
      const isAllowed = (tool: ServerTool) => view?.mayCall(tool) !== false;
      const show = (tool: ServerTool) => listed(tool, style, view?.upstreams);
      const first = cursor === undefined ? [...builtIns, ...workspace.tools().map(shape)] : [];
      const after = cursor === undefined ? '' : parseCursor(cursor);
      return pageOf(first.filter(isAllowed), (dynamic?.tools() ?? []).filter(isAllowed), after, show);
    },
    find,
    async findLate(name, workspace) {
      const found = find(name, workspace);
      if (found !== undefined || dynamic === undefined) return found;
      await dynamic.loaded(CALL_WAIT_MS, name);
      return dynamic.find(name);
    },
    scopeOf: (name) => byName.get(name)?.scope ?? 'codeloom.execute',
    names: (workspace, { mayCall }) =>
      namesOf([...byName, ...named(workspace.tools().map(shape)), ...named(dynamic?.tools() ?? [])], mayCall),
    onToolsChanged(workspace, listener) {
      const stops = [workspace.onToolsChanged(listener), dynamic?.onChange(listener)];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
    loaded: async () => dynamic?.loaded(LIST_WAIT_MS),
  };
}

type NamedTool = readonly [name: string, tool: ServerTool];

function named(tools: readonly ServerTool[]): readonly NamedTool[] {
  return tools.map((tool) => [tool.name, tool]);
}

function namesOf(tools: readonly NamedTool[], mayCall: ToolView['mayCall']): readonly string[] {
  return tools.filter(([, tool]) => mayCall(tool)).map(([name]) => name);
}

/** `first`, then of the sorted tools as many behind the name as a page takes, but one at least. */
function pageOf(
  first: readonly ServerTool[],
  sorted: readonly ServerTool[],
  after: string,
  show: (tool: ServerTool) => Tool,
): ToolPage {
  const tools = first.map(show);
  let [count, chars, last] = [0, 0, ''];
  for (const tool of sorted) {
    if (tool.name <= after) continue;
    const next = show(tool);
    chars += JSON.stringify(next).length;
    if (count > 0 && (count >= PAGE_TOOLS || chars > PAGE_CHARS)) {
      return { tools, nextCursor: renderCursor(last) };
    }
    tools.push(next);
    [count, last] = [count + 1, tool.name];
  }
  return { tools };
}

function renderCursor(lastName: string): string {
  return Buffer.from(`after ${lastName}`).toString('base64url');
}

function parseCursor(cursor: string): string {
  const [, name] = /^after (.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (name !== undefined) return name;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'cursor: expected the nextCursor of the page before.');
}

function listed(tool: ServerTool, style: NameStyle, upstreams: ToolView['upstreams'] | undefined): Tool {
  const { title, annotations, inputSchema, outputSchema } = tool;
  return {
    name: spell(tool.name, style),
    title,
    description: tool.description(upstreams),
    annotations: { title, ...annotations },
    // Both have `type: "object"` at the root: ours by construction, an agent's because code-mode refuses others.
    inputSchema: inputSchema as Tool['inputSchema'],
    outputSchema: outputSchema as NonNullable<Tool['outputSchema']>,
  };
}

function spell(name: string, style: NameStyle): string {
  return style === 'dotted' ? name : name.replaceAll('.', '_');
}
