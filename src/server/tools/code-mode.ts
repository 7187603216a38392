/**
 * `code-mode`: makes a tool out of a choice of servers, and of a program where one is given. Everything is checked
 * first and the tool is put into the workspace last, so a refusal leaves nothing behind.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { EngineChoice } from '../../base/config.ts';
import { Fault } from '../../base/fault.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Diagnostic } from '../../compile/diagnostics.ts';
import type { TimeBox } from '../../guard/time-box.ts';
import { type CheckValue, compileStrangerSchema } from '../arguments/compile-schema.ts';
import { knownServers } from '../arguments/known-servers.ts';
import { answerSchema, DIAGNOSTIC_SCHEMA } from '../rendering/outcome-schema.ts';
import { renderError } from '../rendering/render-fault.ts';
import { diagnosticLine } from '../rendering/render-outcome.ts';
import { counted, cutText, DECLARATIONS_TEXT_CHARS } from '../rendering/text.ts';
import { type CallContext, defineTool, type ServerTool } from '../server-tool.ts';
import { codeModeName, refuseClash } from '../workspace/code-mode-name.ts';
import type { CodeModeTool, StoredProgram } from '../workspace/workspace.ts';
import { ENGINE_PROPERTY, SERVERS_PROPERTY, TIMEOUT_PROPERTY } from './run-js.ts';

interface CodeModeArguments {
  readonly name: string;
  readonly servers: readonly string[];
  readonly description?: string;
  readonly code?: string;
  readonly inputSchema?: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly engine?: EngineChoice;
  readonly timeoutMs?: number;
  readonly replace?: boolean;
}

const ANY_OBJECT: JsonObject = { type: 'object' };
const MAX_SCHEMA_CHARS = 64 * 1024;

const PROPERTIES: JsonObject = {
  name: { type: 'string', description: '1 to 48 of A-Z a-z 0-9 _ -; the tool is code-mode-<name>.' },
  servers: { ...SERVERS_PROPERTY, description: 'Servers that the tool may use; [] for none.' },
  description: { type: 'string', maxLength: 4_000, description: 'What the new tool does, for whoever lists it.' },
  code: { type: 'string', minLength: 1, description: 'The stored program, in the forms that run_js takes.' },
  inputSchema: { type: 'object', description: 'JSON Schema of the arguments, with type "object"; needs code.' },
  outputSchema: { type: 'object', description: 'JSON Schema that every result must fit; needs code.' },
  engine: ENGINE_PROPERTY,
  timeoutMs: TIMEOUT_PROPERTY,
  replace: { type: 'boolean', description: 'true puts the tool in the place of one of the same name.' },
};

const OUTPUT_SCHEMA = answerSchema(
  {
    tool: { type: 'string' },
    replaced: { type: 'boolean' },
    usage: { type: 'string' },
    declarations: { type: 'string' },
    diagnostics: { type: 'array', items: DIAGNOSTIC_SCHEMA },
  },
  ['tool', 'declarations'],
);

export function codeModeTool(timeBox: TimeBox): ServerTool {
  return defineTool<CodeModeArguments>({
    name: 'code-mode',
    title: 'Make a code-mode tool',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    description: () =>
      [
        'Makes the tool code-mode-<name> for chosen servers and returns their TypeScript declarations.',
        'Without code, the new tool takes { script } and runs it; with code, it runs that program and takes the arguments of inputSchema, which the program sees as `args`.',
        'The code is type-checked now; with mistakes nothing is made. Clients that do not list tools anew call it with mcp-exec.',
      ].join('\n'),
    properties: PROPERTIES,
    required: ['name', 'servers'],
    outputSchema: OUTPUT_SCHEMA,
    call: (args, context) => make(args, context, timeBox),
  });
}

async function make(args: CodeModeArguments, context: CallContext, timeBox: TimeBox): Promise<CallToolResult> {
  const { parts, workspace, surface, signal } = context;
  const name = codeModeName(args.name);
  const refuse = () => refuseClash(name, surface.builtInNames(), workspace.tools(), args.replace === true);
  refuse();
  const servers = knownServers(args.servers, parts.upstreams);
  const program = programOf(args, parts.settings.limits.sourceBytes, timeBox);
  const diagnostics = program === undefined ? [] : await checkProgram(program, servers, context);
  if (diagnostics.length > 0) return renderRefusal(name, diagnostics);
  const declarations = await parts.declarations({ servers, detail: 'full' }, signal);
  signal.throwIfAborted();
  // Once more: another call may have made a tool while this one waited.
  refuse();
  const replaced = workspace.tool(name) !== undefined;
  workspace.put(toolOf(name, servers, program, args));
  return renderMade(name, replaced, program, declarations);
}

/** Throws ARGUMENTS_INVALID with one sentence per mistake. */
function programOf(
  { code, inputSchema, outputSchema }: CodeModeArguments,
  sourceBytes: number,
  timeBox: TimeBox,
): StoredProgram | undefined {
  if (code === undefined) {
    if (inputSchema === undefined && outputSchema === undefined) return undefined;
    const given = inputSchema === undefined ? 'outputSchema' : 'inputSchema';
    throw new Fault(
      'ARGUMENTS_INVALID',
      `${given}: expected code beside it, got none; a tool without code takes { script }.`,
    );
  }
  const size = Buffer.byteLength(code);
  if (size > sourceBytes) {
    throw new Fault(
      'ARGUMENTS_INVALID',
      `code: expected at most ${sourceBytes} bytes (limit sourceBytes), got ${size}.`,
    );
  }
  const input = inputSchema ?? ANY_OBJECT;
  if (input.type !== 'object') {
    throw new Fault(
      'ARGUMENTS_INVALID',
      'inputSchema.type: expected "object", because the arguments of a tool are an object.',
    );
  }
  const checkArgs = compile(input, 'inputSchema', '', timeBox);
  if (outputSchema === undefined) return { code, inputSchema: input, checkArgs };
  return {
    code,
    inputSchema: input,
    outputSchema,
    checkArgs,
    checkResult: compile(outputSchema, 'outputSchema', 'result', timeBox),
  };
}

function compile(schema: JsonObject, member: string, root: string, timeBox: TimeBox): CheckValue {
  const chars = JSON.stringify(schema).length;
  if (chars > MAX_SCHEMA_CHARS) {
    throw new Fault(
      'ARGUMENTS_INVALID',
      `${member}: expected at most ${MAX_SCHEMA_CHARS} characters of JSON, got ${chars}.`,
    );
  }
  const compiled = compileStrangerSchema(schema, root, timeBox);
  if (compiled.kind === 'checker') return compiled.check;
  throw new Fault('ARGUMENTS_INVALID', `${member}: expected a JSON Schema that can be compiled; ${compiled.reason}.`);
}

async function checkProgram(
  { code, inputSchema }: StoredProgram,
  servers: readonly string[],
  { parts, workspace, signal }: CallContext,
): Promise<readonly Diagnostic[]> {
  return parts.check({ code, servers, argsSchema: inputSchema, workspace: workspace.id }, signal);
}

function toolOf(
  name: string,
  servers: readonly string[],
  program: StoredProgram | undefined,
  { description, engine, timeoutMs }: CodeModeArguments,
): CodeModeTool {
  return {
    name,
    servers,
    ...(description === undefined ? {} : { description }),
    ...(engine === undefined ? {} : { engine }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(program === undefined ? {} : { program }),
  };
}

function renderRefusal(name: string, diagnostics: readonly Diagnostic[]): CallToolResult {
  const message = `The code of ${name} has ${counted(diagnostics.length, 'mistake')}; no tool was made.`;
  const mistakes = diagnostics.map(diagnosticLine);
  return renderError({ code: 'type-error', message, retryable: false, mistakes }, { diagnostics });
}

function renderMade(
  name: string,
  replaced: boolean,
  program: StoredProgram | undefined,
  declarations: string,
): CallToolResult {
  const args = program === undefined ? '{ script }' : 'the arguments of its inputSchema';
  const usage = `Call ${name} with ${args}; where the client does not list it, call mcp-exec with { name: "${name}", arguments }.`;
  const shown = cutText(
    declarations,
    DECLARATIONS_TEXT_CHARS,
    'all declarations are in structuredContent, and in mcp-types',
  );
  const text = `${replaced ? 'Replaced' : 'Made'} ${name}. ${usage}\n${shown}`;
  return { content: [{ type: 'text', text }], structuredContent: { tool: name, replaced, usage, declarations } };
}
