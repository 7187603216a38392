/**
 * `sandbox.exec`: runs one command in a long-lived sandbox. A command that fails is an answer, not an error: only one
 * that was ended at its time is.
 */
import { randomUUID } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { Fault } from '../../../base/fault.ts';
import type { JsonObject } from '../../../base/json.ts';
import { LIMIT_TABLE } from '../../../base/limits.ts';
import type { CommandReport } from '../../../engine/docker/session/session-report.ts';
import { cutMiddle } from '../../rendering/log-excerpt.ts';
import { answerSchema } from '../../rendering/outcome-schema.ts';
import { ARTIFACTS_SCHEMA, artifactBlocks, artifactLines } from '../../rendering/render-artifacts.ts';
import { safeText } from '../../rendering/text.ts';
import type { SandboxParts } from '../../server-parts.ts';
import { defineTool, type ServerTool } from '../../server-tool.ts';
import { ID_PROPERTY } from './describe-sandbox.ts';

interface ExecArguments {
  readonly id: string;
  readonly command?: string;
  readonly argv?: readonly string[];
  readonly timeoutMs?: number;
}

/** The system takes no more in one argument. */
const MAX_ARGUMENT_CHARS = 100_000;
const MAX_ARGUMENTS = 1_000;
const SHOWN_OUTPUT_CHARS = 4_000;
const EVERYTHING_KILLED =
  'Whatever else ran in the sandbox, in the background too, was killed with it; its files are there still.';
const number: JsonObject = { type: 'number' };
const text: JsonObject = { type: 'string' };

const PROPERTIES: JsonObject = {
  id: ID_PROPERTY,
  command: {
    type: 'string',
    minLength: 1,
    maxLength: MAX_ARGUMENT_CHARS,
    description: 'For `sh -c`, in /workspace, where nothing is executable: run scripts with `sh FILE`.',
  },
  argv: {
    type: 'array',
    minItems: 1,
    maxItems: MAX_ARGUMENTS,
    items: { type: 'string', maxLength: MAX_ARGUMENT_CHARS },
    description: 'Program and arguments, without a shell; instead of command.',
  },
  timeoutMs: {
    type: 'integer',
    minimum: 1,
    maximum: LIMIT_TABLE.commandMs.max,
    description: `Then everything that runs in the sandbox is killed; default ${LIMIT_TABLE.commandMs.default} unless the operator chose another.`,
  },
};

const OUTPUT_SCHEMA = answerSchema(
  {
    id: text,
    runId: text,
    exitCode: { ...number, description: '128 and more for a signal, 126 and 127 for what could not be started.' },
    timedOut: { type: 'boolean' },
    stdout: text,
    stderr: text,
    ms: number,
    truncated: { type: 'object', properties: { stdoutBytes: number, stderrBytes: number, artifacts: number } },
    artifacts: ARTIFACTS_SCHEMA,
    notes: { type: 'array', items: text, description: 'Why files were left out.' },
  },
  ['id', 'runId', 'exitCode', 'timedOut', 'stdout', 'stderr', 'ms'],
);

export function sandboxExecTool({ all }: SandboxParts): ServerTool {
  return defineTool<ExecArguments>({
    name: 'sandbox.exec',
    title: 'Run a command in a sandbox',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    description: () =>
      'Runs a command in a sandbox, and gives its exit code, stdout and stderr, and new or changed files of /workspace/out. Commands of one sandbox run one after the other; what a command leaves in the background goes on, until one meets its timeout: then everything that runs in the sandbox is killed. Run scripts with `sh FILE`: ./FILE is not executable.',
    properties: PROPERTIES,
    required: ['id'],
    outputSchema: OUTPUT_SCHEMA,
    async call(args, { parts, workspace, caller, signal }) {
      parts.policy?.assertMayRun(caller, { engine: 'docker' });
      const argv = argvOf(args);
      const sandbox = all.get(args.id, workspace.id);
      const { timeoutMs = parts.settings.limits.commandMs } = args;
      const execution = { caller, workspace: workspace.id, tool: 'sandbox.exec' };
      // Sandboxes are places of their own, each with a line before it.
      const exec = () => sandbox.exec({ argv, timeoutMs }, signal);
      return renderCommand(sandbox.id, await parts.guard.count(execution, exec));
    },
  });
}

function argvOf({ command, argv }: ExecArguments): readonly string[] {
  if (command !== undefined && argv === undefined) return ['sh', '-c', command];
  if (argv !== undefined && command === undefined) return argv;
  const got = command === undefined ? 'neither' : 'both';
  throw new Fault('ARGUMENTS_INVALID', `the arguments: expected either command or argv, got ${got}.`);
}

function renderCommand(id: string, report: CommandReport): CallToolResult {
  const { exitCode, isTimedOut, stdout, stderr, ms, artifacts, notes, truncated } = report;
  const runId = randomUUID();
  const listed = artifacts.map(({ path, mimeType, bytes }) => ({ path, mimeType, bytes }));
  const lines = [
    `${isTimedOut ? 'killed at its timeout, ' : ''}exit code ${exitCode} in ${Math.round(ms)} ms`,
    ...(isTimedOut ? [EVERYTHING_KILLED] : []),
    ...outputLines('stdout', stdout, exitCode, truncated?.stdoutBytes),
    ...outputLines('stderr', stderr, exitCode, truncated?.stderrBytes),
    ...artifactLines(artifacts, 0),
    ...notes,
  ];
  return {
    content: [{ type: 'text', text: safeText(lines.join('\n')) }, ...artifactBlocks(runId, artifacts)],
    structuredContent: {
      ...{ id, runId, exitCode, timedOut: isTimedOut, stdout, stderr, ms },
      ...(truncated === undefined ? {} : { truncated }),
      ...(listed.length === 0 ? {} : { artifacts: listed }),
      ...(notes.length === 0 ? {} : { notes }),
    },
    isError: isTimedOut,
  };
}

/** The end of what a command wrote tells most where it failed. */
function outputLines(name: string, output: string, exitCode: number, dropped = 0): readonly string[] {
  if (output === '') return [];
  const whole = 'all of it is in structuredContent';
  const kept = `what was kept is in structuredContent, ${dropped} bytes were dropped`;
  const excerpt = { chars: SHOWN_OUTPUT_CHARS, hasFailed: exitCode !== 0, whole: dropped === 0 ? whole : kept };
  return [`${name}:`, cutMiddle(output.trimEnd(), excerpt)];
}
