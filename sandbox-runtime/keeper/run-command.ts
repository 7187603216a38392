/**
 * Runs one command in a session of its own, to its exit. Called by keeper.ts. What it leaves running goes on, and may go
 * on writing: that is read, so that it is not ended for it, and forgotten.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import type { CommandEnd } from '../protocol.ts';
import { KeptOutput } from './kept-output.ts';

/** How long output that a command wrote just before its exit may take, where something it left holds the pipe open. */
const LAST_OUTPUT_MS = 100;
const SIGNAL_BASE = 128;
const NOT_STARTED = 126;
const NOT_FOUND = 127;

/** Never rejects: what cannot be started has ended as a shell would say. */
export async function runCommand(argv: readonly string[], outputBytes: number): Promise<CommandEnd> {
  const stdout = new KeptOutput(outputBytes);
  const stderr = new KeptOutput(outputBytes);
  const [program = '', ...args] = argv;
  const exitCode = await startAndWait(program, args, stdout, stderr).catch((error: unknown) => {
    const { code, text } = explain(error, program);
    stderr.push(Buffer.from(text));
    return code;
  });
  return { exitCode, stdout: stdout.finish(), stderr: stderr.finish() };
}

async function startAndWait(
  program: string,
  args: readonly string[],
  stdout: KeptOutput,
  stderr: KeptOutput,
): Promise<number> {
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/workspace' });
  const stopStdout = keep(child.stdout, stdout);
  const stopStderr = keep(child.stderr, stderr);
  const exitCode = await exitOf(child);
  stopStdout();
  stopStderr();
  return exitCode;
}

function exitOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let last: NodeJS.Timeout | undefined;
  const codeOf = (code: number | null, signal: NodeJS.Signals | null) =>
    code ?? SIGNAL_BASE + (signal === null ? 0 : constants.signals[signal]);
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    last = setTimeout(() => resolve(codeOf(code, signal)), LAST_OUTPUT_MS);
  });
  child.once('close', (code, signal) => {
    clearTimeout(last);
    resolve(codeOf(code, signal));
  });
  return promise;
}

/** Keeps what comes until the returned function is called, and then goes on reading. */
function keep(stream: Readable, output: KeptOutput): () => void {
  let isKept = true;
  stream.on('data', (chunk: Buffer) => {
    if (isKept) output.push(chunk);
  });
  stream.on('error', () => {});
  return () => {
    isKept = false;
  };
}

function explain(error: unknown, program: string): { readonly code: number; readonly text: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return { code: NOT_FOUND, text: `${program}: not found\n` };
  if (code === 'EAGAIN')
    return { code: NOT_STARTED, text: `${program}: not started, too many processes are running\n` };
  return { code: NOT_STARTED, text: `${program}: not started (${code === '' ? 'unknown error' : code})\n` };
}
