/**
 * The tools of a workspace as clients list and name them: built-ins in the order of the table, then code-mode tools by
 * name. Names with a dot have an underscore form for clients that reject dots; every call is found under both.
 */
import type { Tool } from '@modelcontextprotocol/server';
import type { ToolNameStyle } from '../base/config.ts';
import type { ServerTool, ToolFinder } from './server-tool.ts';
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

export interface ToolSurface extends ToolFinder {
  list(workspace: Workspace, style: NameStyle): Tool[];
}

export function createToolSurface(builtIns: readonly ServerTool[]): ToolSurface {
  const shape = codeModeShape();
  const byName = new Map<string, ServerTool>();
  for (const tool of builtIns) {
    for (const name of [tool.name, ...tool.aliases]) byName.set(name, tool).set(spell(name, 'underscore'), tool);
  }
  return {
    builtInNames: () => [...byName.keys()],
    list: (workspace, style) => [...builtIns, ...workspace.tools().map(shape)].map((tool) => listed(tool, style)),
    find(name, workspace) {
      const builtIn = byName.get(name);
      if (builtIn !== undefined) return builtIn;
      const made = workspace.tool(name);
      return made === undefined ? undefined : shape(made);
    },
    names: (workspace) => [...byName.keys(), ...workspace.tools().map(({ name }) => name)],
  };
}

function listed(tool: ServerTool, style: NameStyle): Tool {
  const { title, annotations, inputSchema, outputSchema } = tool;
  return {
    name: spell(tool.name, style),
    title,
    description: tool.description(),
    annotations: { title, ...annotations },
    // Both have `type: "object"` at the root: ours by construction, an agent's because code-mode refuses others.
    inputSchema: inputSchema as Tool['inputSchema'],
    outputSchema: outputSchema as NonNullable<Tool['outputSchema']>,
  };
}

function spell(name: string, style: NameStyle): string {
  return style === 'dotted' ? name : name.replaceAll('.', '_');
}
