/**
 * `codeloom run FILE`: one program, once, its outcome for a person or as JSON. FILE may be `-` for stdin.
 */
import { readFile } from 'node:fs/promises';
import { Fault } from '../../base/fault.ts';
import { type Json, parseJson } from '../../base/json.ts';
import { RUN_TIMEOUT_MS } from '../../base/limits.ts';
import type { Dependency } from '../../base/packages/package-set.ts';
import type { Codeloom } from '../../main.ts';
import { type Outcome, withoutContent } from '../../program/outcome.ts';
import type { ProgramRequest } from '../../program/program-request.ts';
import { knownServers } from '../../server/arguments/known-servers.ts';
import { counted, safeText } from '../../server/rendering/text.ts';
import { keepFiles, openOutFolder } from '../keep-files.ts';
import { printOutcome } from '../print-outcome.ts';
import type { Terminal } from '../terminal.ts';

/** The command's options as commander gives them; `typecheck` is false for `--no-typecheck`. */
export interface RunOptions {
  readonly servers?: string;
  readonly args?: string;
  readonly timeoutMs?: string;
  readonly image?: string;
  /** `name@range`, one for each time that the option was given. */
  readonly dependency?: readonly string[];
  readonly typecheck: boolean;
  readonly json?: boolean;
  /** Folder for the files that the program leaves. */
  readonly out?: string;
}

/** Everything that can be wrong with the command line is found here, before a server is started or connected to. */
export async function parseRunRequest(
  file: string,
  options: RunOptions,
  terminal: Terminal,
): Promise<Omit<ProgramRequest, 'workspace'>> {
  const servers = options.servers?.split(',').map((name) => name.trim());
  const args = parseArgs(options.args);
  const timeoutMs = parseTimeout(options.timeoutMs);
  const dependencies = options.dependency?.map(parseDependency);
  const code = file === '-' ? await terminal.readStdin() : await readProgram(file);
  return {
    code,
    typecheck: options.typecheck,
    // An empty list is a choice too: no upstreams, whatever the program names.
    ...(servers === undefined ? {} : { servers: servers.filter((name) => name !== '') }),
    ...(args === undefined ? {} : { args }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(options.image === undefined ? {} : { image: options.image }),
    ...(dependencies === undefined ? {} : { dependencies }),
  };
}

export interface RunChoice {
  readonly request: Omit<ProgramRequest, 'workspace'>;
  readonly isJson: boolean;
  /** Absent means that files are not kept. */
  readonly out?: string;
}

/** Resolves with the exit code: 0 for a completed run, 1 for any other outcome or where a file could not be kept. */
export async function runCommand(
  codeloom: Codeloom,
  { request, isJson, out }: RunChoice,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  if (request.servers !== undefined) knownServers(request.servers, codeloom.upstreams);
  const folder = out === undefined ? undefined : await openOutFolder(out);
  const { engine } = codeloom.settings;
  const outcome = await codeloom.execute({ engine, ...request, workspace: 'cli' }, signal);
  if (isJson) terminal.print(JSON.stringify(withoutContent(outcome), undefined, 2));
  else printOutcome(outcome, request.code, terminal);
  const isKept = await keepOrSay(outcome, folder, terminal);
  return outcome.kind === 'completed' && isKept ? 0 : 1;
}

/** False where files were to be kept and one could not be. */
async function keepOrSay(
  { artifacts = [] }: Outcome,
  folder: string | undefined,
  { tell }: Terminal,
): Promise<boolean> {
  if (artifacts.length === 0) return true;
  if (folder === undefined) {
    tell(`${counted(artifacts.length, 'file')} not kept: --out DIR writes them there`);
    return true;
  }
  const { written, refusals } = await keepFiles(artifacts, folder);
  tell(safeText(`${counted(written, 'file')} written to ${folder}`));
  for (const refusal of refusals) tell(safeText(refusal));
  return refusals.length === 0;
}

async function readProgram(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code ?? 'unknown error'})`;
    throw new Fault('ARGUMENTS_INVALID', `${file}: ${reason}.`, thrown);
  }
}

function parseArgs(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  const args = parseJson(text);
  if (args === undefined) throw new Fault('ARGUMENTS_INVALID', '--args must be JSON, as in --args \'{"name":"x"}\'.');
  return args;
}

/** The name is for the package store to judge, and the range too. */
function parseDependency(text: string): Dependency {
  // The first one behind a scope's own: what follows is for the range, whatever it holds.
  const at = text.indexOf('@', 1);
  if (at > 0) return { name: text.slice(0, at), version: text.slice(at + 1) };
  const message = `--dependency must be a name and a version or range, as in "left-pad@^1.3.0", not ${JSON.stringify(text)}.`;
  throw new Fault('ARGUMENTS_INVALID', message);
}

function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { min, max } = RUN_TIMEOUT_MS;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (ms >= min && ms <= max) return ms;
  throw new Fault(
    'ARGUMENTS_INVALID',
    `--timeout-ms must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}.`,
  );
}
