/**
 * Runs one command in a session of its own, to its exit. Called by keeper.ts. What it leaves running goes on, and may go
 * on writing: that is read, so that it is not ended for it, and forgotten.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { CommandEnd } from '../protocol.ts';
import { KeptOutput } from './kept-output.ts';
import { openOutputPipes } from './output-pipes.ts';

/** How long output that a command wrote just before its exit may take, where something it left holds the pipe open. */
const LAST_OUTPUT_MS = 100;
const WORK_DIR = '/workspace';
const SIGNAL_BASE = 128;
const NOT_STARTED = 126;
const NOT_FOUND = 127;
const TOO_MANY = 'not started, too many processes were running in the sandbox; all of them have been ended';

/**
 * Never rejects: what cannot be started has ended as a shell would say. `onCrowded` is called where there was no place
 * for one more process.
 */
export async function runCommand(
  argv: readonly string[],
  outputBytes: number,
  onCrowded: () => Promise<void>,
): Promise<CommandEnd> {
  const stdout = new KeptOutput(outputBytes);
  const stderr = new KeptOutput(outputBytes);
  const [program = '', ...args] = argv;
  let exitCode: number;
  try {
    exitCode = await startAndWait(program, args, stdout, stderr);
  } catch (error) {
    const { code, text } = explain(error);
    if (text === TOO_MANY) await onCrowded();
    stderr.push(Buffer.from(`${program}: ${text}\n`));
    exitCode = code;
  }
  return { exitCode, stdout: stdout.finish(), stderr: stderr.finish() };
}

async function startAndWait(
  program: string,
  args: readonly string[],
  stdout: KeptOutput,
  stderr: KeptOutput,
): Promise<number> {
  const pipes = openOutputPipes();
  let child: ChildProcess;
  try {
    child = spawn(program, args, { detached: true, stdio: [...pipes.stdio], cwd: WORK_DIR });
  } catch (error) {
    pipes.close();
    throw error;
  }
  const ended = endOf(child);
  const [out, err] = pipes.streamsOf(child);
  const kept = [keep(out, stdout), keep(err, stderr)];
  const exitCode = await ended;
  await lastOutput(kept.map(({ closed }) => closed));
  for (const { stop } of kept) stop();
  return exitCode;
}

/** Rejects where it could not be started. */
function endOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    resolve(code ?? SIGNAL_BASE + (signal === null ? 0 : constants.signals[signal]));
  });
  return promise;
}

async function lastOutput(closed: readonly Promise<void>[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Timers fire before pipes are read: after a lag of ours, what is left is in the pipe and gets its turn.
  const timer = setTimeout(() => setImmediate(() => setImmediate(resolve)), LAST_OUTPUT_MS);
  await Promise.race([Promise.all(closed), promise]);
  clearTimeout(timer);
}

/** Keeps what comes until it is stopped, and then goes on reading. */
function keep(stream: Readable | undefined, output: KeptOutput) {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let isKept = true;
  stream?.on('data', (chunk: Buffer) => {
    if (isKept) output.push(chunk);
  });
  stream?.on('error', () => {});
  stream?.on('close', resolve);
  const stop = () => {
    isKept = false;
  };
  return { closed, stop };
}

function explain(error: unknown): { readonly code: number; readonly text: string } {
  // Not asked whether it is an Error: it is one of another realm than this file's.
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return { code: NOT_FOUND, text: 'not found' };
  if (code === 'EAGAIN') return { code: NOT_STARTED, text: TOO_MANY };
  return { code: NOT_STARTED, text: `not started (${code === '' ? 'unknown error' : code})` };
}
