/**
 * A code-mode tool of a workspace in the shape of any other tool: with a stored program it runs that on its checked
 * arguments, without one it runs the script that it is given, against the servers it was made for.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Json, JsonObject } from '../../base/json.ts';
import type { BuildKeeper } from '../../compile/kept/kept-build.ts';
import type { Outcome } from '../../program/outcome.ts';
import type { ProgramRequest } from '../../program/program-request.ts';
import { type CheckValue, compileOwnSchema } from '../arguments/compile-schema.ts';
import { OUTCOME_SCHEMA } from '../rendering/outcome-schema.ts';
import { renderOutcome } from '../rendering/render-outcome.ts';
import type { CallContext, ServerTool } from '../server-tool.ts';
import type { CodeModeTool, StoredProgram } from '../workspace/workspace.ts';
import { TIMEOUT_PROPERTY } from './run-js.ts';

const SCRIPT_SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    script: {
      type: 'string',
      minLength: 1,
      description:
        'The program: TypeScript or JavaScript that calls mcp.<server>.<tool>(args) and returns a JSON value.',
    },
    timeoutMs: TIMEOUT_PROPERTY,
  },
  required: ['script'],
  additionalProperties: false,
};

/** Makes the function that gives code-mode tools their shape; all of them share one compiled script schema. */
export function codeModeShape(): (tool: CodeModeTool) => ServerTool {
  const checkScript = compileOwnSchema(SCRIPT_SCHEMA);
  return (tool) => shapeOf(tool, checkScript);
}

function shapeOf(tool: CodeModeTool, checkScript: CheckValue): ServerTool {
  const { name, program, servers } = tool;
  return {
    name,
    aliases: [],
    scope: 'codeloom.execute',
    title: name,
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: servers.length > 0,
    },
    inputSchema: program?.inputSchema ?? SCRIPT_SCHEMA,
    outputSchema: OUTCOME_SCHEMA,
    description: () => tool.description ?? defaultDescription(tool),
    check: program?.checkArgs ?? checkScript,
    call: (args, context) =>
      program === undefined ? callScript(tool, args, context) : callProgram(tool, program, args, context),
  };
}

async function callScript(tool: CodeModeTool, args: JsonObject, context: CallContext): Promise<CallToolResult> {
  const timeoutMs = args.timeoutMs as number | undefined;
  const code = args.script as string;
  return renderOutcome(await runProgram(tool, { code }, timeoutMs ?? tool.timeoutMs, context), code);
}

function callProgram(
  tool: CodeModeTool,
  program: StoredProgram,
  args: JsonObject,
  context: CallContext,
): Promise<CallToolResult> {
  const { code, inputSchema: argsSchema, checkResult } = program;
  return callKept(tool, { code, argsSchema, ...(checkResult === undefined ? {} : { checkResult }) }, args, context);
}

/** Where a kept program runs, with what, and for whom. */
export type RunPlace = Pick<CodeModeTool, 'name' | 'servers' | 'engine' | 'image' | 'dependencies' | 'timeoutMs'>;

export interface KeptProgram {
  readonly code: string;
  /** Absent: the program's `args` are of any type. */
  readonly argsSchema?: JsonObject;
  readonly checkResult?: CheckValue;
  /** Absent where nobody keeps what it was compiled into. */
  readonly builds?: BuildKeeper;
}

/** Runs a program that somebody kept, on arguments that were checked, and holds its result to its own schema. */
export async function callKept(
  place: RunPlace,
  { checkResult, ...program }: KeptProgram,
  args: Json,
  context: CallContext,
): Promise<CallToolResult> {
  const outcome = await runProgram(place, { ...program, args }, place.timeoutMs, context);
  const mistakes = outcome.kind === 'completed' ? (checkResult?.(outcome.result ?? null) ?? []) : [];
  return renderOutcome(mistakes.length === 0 ? outcome : breaksPromise(place.name, outcome, mistakes), program.code);
}

function runProgram(
  { name, servers, engine, image, dependencies }: RunPlace,
  program: Pick<ProgramRequest, 'code' | 'args' | 'argsSchema' | 'builds'>,
  timeoutMs: number | undefined,
  { parts, workspace, caller, signal, onProgress }: CallContext,
): Promise<Outcome> {
  const request: ProgramRequest = {
    ...program,
    servers,
    ...(engine === undefined ? {} : { engine }),
    ...(image === undefined ? {} : { image }),
    ...(dependencies === undefined ? {} : { dependencies }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(onProgress === undefined ? {} : { onProgress }),
    workspace: workspace.id,
    caller,
    tool: name,
  };
  return parts.execute(request, signal);
}

/** The run completed, but its result breaks the tool's own promise; it is kept, so that the agent can repair either. */
function breaksPromise(name: string, outcome: Outcome, mistakes: readonly string[]): Outcome {
  const message = `The result does not fit the outputSchema of ${name}; the program has run, and its tool calls have been made.`;
  return { ...outcome, kind: 'program-threw', error: { name: 'InvalidResult', message, mistakes } };
}

function defaultDescription({ servers, program }: CodeModeTool): string {
  const used = servers.length === 0 ? 'no servers' : `the servers ${servers.join(', ')}`;
  return program === undefined
    ? `Runs a script in the sandbox against ${used}. mcp-types shows the signatures.`
    : `Runs a stored program in the sandbox against ${used}.`;
}
