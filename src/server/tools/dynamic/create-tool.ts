/**
 * `dynamic.tool.create`: makes a tool for every client, from a definition or from a code-mode tool of this workspace.
 * Everything is checked first and stored last.
 */
import { Fault } from '../../../base/fault.ts';
import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { quote } from '../../arguments/describe-value.ts';
import type { ServerTool } from '../../server-tool.ts';
import { codeModeName, toolNameHint } from '../../workspace/code-mode-name.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { assertWritable, defineManagementTool, type Management, renderChange } from './manage.ts';
import { CHANGE_SCHEMA, NAME_PROPERTY, TOOL_SCHEMA } from './tool-properties.ts';

interface CreateArguments {
  readonly tool?: JsonObject;
  readonly fromCodeMode?: string;
  readonly name?: string;
  readonly description?: string;
}

export function createToolTool({ registry: tools, listing, gate }: Management): ServerTool {
  const tool = defineManagementTool<CreateArguments>({
    name: 'dynamic.tool.create',
    title: 'Create a dynamic tool',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    description: () =>
      [
        'Makes a tool out of a program, for every client of this server, today and after a restart.',
        'Give tool, or fromCodeMode to keep a code-mode tool of this workspace. The program is type-checked and bundled now; with mistakes nothing is stored. Try it first with dynamic.tool.test.',
      ].join('\n'),
    properties: {
      tool: TOOL_SCHEMA,
      fromCodeMode: { type: 'string', description: 'Name of a code-mode tool that has code; instead of tool.' },
      name: { ...NAME_PROPERTY, description: "With fromCodeMode; default: that tool's own, without code-mode-." },
      description: { type: 'string', description: "With fromCodeMode; default: that tool's own." },
    },
    required: [],
    outputSchema: CHANGE_SCHEMA,
    async call(args, context) {
      assertWritable(tools);
      const { definition, ...bundle } = await gate.admit(definitionOf(args, context.workspace), context);
      const stored = await tools.create(definition, { by: context.caller.subject, ...bundle });
      listing.note(stored);
      return renderChange(stored, 'Created');
    },
  });
  return { ...tool, check: (args) => (isBareDefinition(args) ? [WRAP_IT] : tool.check(args)) };
}

const WRAP_IT =
  'the arguments: expected the definition under tool, as in { "tool": { "name": …, "description": …, "code": … } }.';

/** The usual slip, which would be told as one unknown argument for each field. */
function isBareDefinition(args: unknown): boolean {
  return isJsonObject(args) && args.tool === undefined && args.fromCodeMode === undefined && args.code !== undefined;
}

function definitionOf({ tool, fromCodeMode, ...rest }: CreateArguments, workspace: Workspace): unknown {
  if (fromCodeMode !== undefined && tool === undefined) return keptFrom(fromCodeMode, rest, workspace);
  if (tool !== undefined && fromCodeMode === undefined && Object.keys(rest).length === 0) return tool;
  const got = tool === undefined ? 'neither' : fromCodeMode === undefined ? 'name or description beside tool' : 'both';
  throw new Fault('ARGUMENTS_INVALID', `the arguments: expected either tool or fromCodeMode, got ${got}.`);
}

function keptFrom(
  given: string,
  { name, description }: Pick<CreateArguments, 'name' | 'description'>,
  workspace: Workspace,
): unknown {
  const full = codeModeName(given);
  const made = workspace.tool(full);
  if (made === undefined) {
    const names = workspace.tools().map((each) => each.name);
    const known = names.length === 0 ? 'This workspace has none.' : `There are: ${names.join(', ')}.`;
    const hint = toolNameHint(full, names);
    throw new Fault('ARGUMENTS_INVALID', `There is no code-mode tool ${quote(full)}.${hint} ${known}`);
  }
  const { program, servers, engine, image, dependencies, timeoutMs } = made;
  if (program === undefined) {
    throw new Fault(
      'ARGUMENTS_INVALID',
      `The tool ${full} has no program of its own, but runs scripts: make it with code first.`,
    );
  }
  const { code, inputSchema, outputSchema } = program;
  return {
    name: name ?? full.replace(/^code-mode-/, ''),
    description: description ?? made.description,
    ...{ code, servers, inputSchema, outputSchema, engine, image, dependencies, timeoutMs },
  };
}
