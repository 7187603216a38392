/**
 * `code-mode`: makes a tool out of a choice of servers, and of a program where one is given. Everything is checked
 * first and the tool is put into the workspace last, so a refusal leaves nothing behind.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { EngineChoice } from '../../base/config.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Dependency } from '../../base/packages/package-set.ts';
import type { TimeBox } from '../../base/schema/time-box.ts';
import type { Diagnostic } from '../../compile/diagnostics.ts';
import { knownServers } from '../arguments/known-servers.ts';
import { createSchemaRules, type SchemaRules } from '../arguments/schema-rules.ts';
import { answerSchema, DIAGNOSTIC_SCHEMA } from '../rendering/outcome-schema.ts';
import { renderError } from '../rendering/render-fault.ts';
import { diagnosticLine, diagnosticLines } from '../rendering/render-outcome.ts';
import { counted, cutText, DECLARATIONS_TEXT_CHARS } from '../rendering/text.ts';
import type { ServerParts } from '../server-parts.ts';
import { type CallContext, defineTool, type ServerTool } from '../server-tool.ts';
import { codeModeName, refuseClash } from '../workspace/code-mode-name.ts';
import { readStoredProgram } from '../workspace/stored-program.ts';
import type { CodeModeTool, StoredProgram } from '../workspace/workspace.ts';
import {
  DEPENDENCIES_PROPERTY,
  ENGINE_PROPERTY,
  IMAGE_PROPERTY,
  SERVERS_PROPERTY,
  TIMEOUT_PROPERTY,
  unlistedProperties,
} from './run-js.ts';

interface CodeModeArguments {
  readonly name: string;
  readonly servers: readonly string[];
  readonly description?: string;
  readonly code?: string;
  readonly inputSchema?: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly engine?: EngineChoice;
  readonly timeoutMs?: number;
  readonly dependencies?: readonly Dependency[];
  readonly image?: string;
  readonly replace?: boolean;
}

const PROPERTIES: JsonObject = {
  name: { type: 'string', description: '1 to 48 of A-Z a-z 0-9 _ -; the tool is code-mode-<name>.' },
  servers: { ...SERVERS_PROPERTY, description: 'Servers that the tool may use; [] for none.' },
  description: { type: 'string', maxLength: 4_000, description: 'What the new tool does, for whoever lists it.' },
  code: { type: 'string', minLength: 1, description: 'The stored program, in the forms that run_js takes.' },
  inputSchema: { type: 'object', description: 'JSON Schema of the arguments, with type "object"; needs code.' },
  outputSchema: { type: 'object', description: 'JSON Schema that every result must fit; needs code.' },
  engine: ENGINE_PROPERTY,
  timeoutMs: TIMEOUT_PROPERTY,
  dependencies: DEPENDENCIES_PROPERTY,
  image: IMAGE_PROPERTY,
  replace: { type: 'boolean', description: 'true puts the tool in the place of one of the same name.' },
};

const IN_MCP_TYPES = 'all declarations are in structuredContent, and in mcp-types';

const OUTPUT_SCHEMA = answerSchema(
  {
    tool: { type: 'string' },
    replaced: { type: 'boolean' },
    usage: { type: 'string' },
    declarations: { type: 'string' },
    diagnostics: { type: 'array', items: DIAGNOSTIC_SCHEMA },
  },
  ['tool'],
);

export function codeModeTool(timeBox: TimeBox, { settings }: Pick<ServerParts, 'settings'>): ServerTool {
  const rules = createSchemaRules();
  return defineTool<CodeModeArguments>({
    name: 'code-mode',
    title: 'Make a code-mode tool',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    description: () =>
      [
        'Makes the tool code-mode-<name> for chosen servers.',
        'Without code, the new tool takes { script } and runs it, and the answer has the declarations of the servers; with code, it runs that program and takes the arguments of inputSchema, which the program sees as `args`.',
        'The code is type-checked now; with mistakes nothing is made. Clients that do not list tools anew call it with mcp-exec.',
      ].join('\n'),
    properties: PROPERTIES,
    unlisted: unlistedProperties(settings),
    required: ['name', 'servers'],
    outputSchema: OUTPUT_SCHEMA,
    call: (args, context) => make(args, context, timeBox, rules),
  });
}

async function make(
  args: CodeModeArguments,
  context: CallContext,
  timeBox: TimeBox,
  rules: SchemaRules,
): Promise<CallToolResult> {
  const { parts, workspace, caller, surface, signal } = context;
  const name = codeModeName(args.name);
  const refuse = () => refuseClash(name, surface.builtInNames(), workspace.tools(), args.replace === true);
  refuse();
  const servers = knownServers(args.servers, parts.upstreams);
  if (args.engine !== undefined) parts.policy?.assertMayRun(caller, { engine: args.engine });
  const program = readStoredProgram(args, parts.settings.limits.sourceBytes, timeBox, rules);
  const place = placeOf(args);
  const diagnostics = await checkProgram(program, servers, place, context);
  if (diagnostics.length > 0) return renderRefusal(name, diagnostics, program?.code);
  const declarations = await parts.declarations({ servers, detail: 'full' }, signal);
  signal.throwIfAborted();
  // Once more: another call may have made a tool while this one waited.
  refuse();
  const replaced = workspace.tool(name) !== undefined;
  workspace.put(toolOf(name, servers, program, args));
  // Whoever only calls a stored program does not have to read what it may call.
  const isRead = program === undefined && servers.length > 0;
  return renderMade(name, replaced, program, declarations, isRead);
}

/** Where the tool's programs run, and with what. */
type RunPlace = Pick<CodeModeTool, 'engine' | 'image' | 'dependencies' | 'timeoutMs'>;

function placeOf({ engine, image, dependencies, timeoutMs }: CodeModeArguments): RunPlace {
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(image === undefined ? {} : { image }),
    ...(dependencies === undefined ? {} : { dependencies }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** Dependencies are installed now, and the image is looked at, also of a tool that takes scripts: one that cannot run is no tool. */
async function checkProgram(
  program: StoredProgram | undefined,
  servers: readonly string[],
  place: RunPlace,
  { parts, workspace, caller, signal }: CallContext,
): Promise<readonly Diagnostic[]> {
  const asksNothing = (place.dependencies ?? []).length === 0 && place.image === undefined;
  if (program === undefined && asksNothing) return [];
  const checked =
    program === undefined ? { code: 'return 0;' } : { code: program.code, argsSchema: program.inputSchema };
  return parts.check({ ...checked, ...place, servers, workspace: workspace.id, caller, tool: 'code-mode' }, signal);
}

function toolOf(
  name: string,
  servers: readonly string[],
  program: StoredProgram | undefined,
  args: CodeModeArguments,
): CodeModeTool {
  const { description } = args;
  return {
    name,
    servers,
    ...placeOf(args),
    ...(description === undefined ? {} : { description }),
    ...(program === undefined ? {} : { program }),
  };
}

function renderRefusal(name: string, diagnostics: readonly Diagnostic[], source?: string): CallToolResult {
  const message = `The code of ${name} has ${counted(diagnostics.length, 'mistake')}; no tool was made.`;
  const mistakes = diagnostics.map(diagnosticLine);
  const shown = diagnosticLines(diagnostics, source);
  return renderError({ code: 'ARGUMENTS_INVALID', message, retryable: false, mistakes }, { diagnostics }, shown);
}

function renderMade(
  name: string,
  replaced: boolean,
  program: StoredProgram | undefined,
  declarations: string,
  isRead: boolean,
): CallToolResult {
  const args = program === undefined ? '{ script }' : 'the arguments of its inputSchema';
  const usage = `Call ${name} with ${args}; where the client does not list it, call mcp-exec with { name: "${name}", arguments }.`;
  const made = `${replaced ? 'Replaced' : 'Made'} ${name}. ${usage}`;
  const text = isRead ? `${made}\n${cutText(declarations, DECLARATIONS_TEXT_CHARS, IN_MCP_TYPES)}` : made;
  return { content: [{ type: 'text', text }], structuredContent: { tool: name, replaced, usage, declarations } };
}
