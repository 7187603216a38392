/**
 * How a run in a container comes to its one end: its logs and uncaught errors until then, its files, and the message
 * that ends it. Made by container-runner.ts for its run; never decides when a run is over.
 */
import type { Post } from '../guest/boot.ts';
import { LogBudget } from '../log-budget.ts';
import {
  GUEST_LOG_LEVELS,
  type GuestError,
  type GuestLimits,
  type SandboxMessage,
  type UncaughtSource,
} from '../protocol.ts';
import { createLineStream, endStderr, replaceStreams, type Send } from './channel.ts';
import { collectOutFiles } from './out-files.ts';

/** What is left of the run's time when no more files are read. */
const LAST_MS = 200;
/** Errors of one run that end nothing and are told all the same. */
const MAX_UNCAUGHT = 20;
const MAX_TEXT_CHARS = 8 * 1024;

/** Node's own, whatever a program puts in its place. */
const soon = setImmediate;

export interface Ending {
  readonly post: Post;
  /** Ends a run that did not end by itself. */
  fail(message: string, stack: string): void;
  /** Ends a run whose program has returned, at once; does nothing where it has not. */
  complete(): void;
  tellUncaught(from: UncaughtSource, thrown: unknown): void;
}

export function createEnding(run: number, limits: GuestLimits, send: Send<SandboxMessage>): Ending {
  let isEnded = false;
  let uncaught = 0;
  let completion: (() => void) | undefined;
  const untilMs = performance.now() + limits.wallMs - LAST_MS;
  const { logs, endStreams, endLogs } = createLogs(run, limits, send);
  const finish: Send<SandboxMessage> = (...parts) => {
    if (isEnded) return;
    endStreams();
    isEnded = true;
    sendArtifacts(run, limits, untilMs, logs, send);
    endLogs();
    send(...parts);
  };
  const sendUncaught = (from: UncaughtSource, errorText: string) => {
    uncaught += 1;
    if (!isEnded && uncaught <= MAX_UNCAUGHT) send({ kind: 'uncaught', run, from }, errorText);
  };
  const complete = () => completion?.();
  const post: Post = (kind, first, second, third, text, more) => {
    if (isEnded) return;
    if (kind === 'log') logs.add(GUEST_LOG_LEVELS.find((level) => level === text) ?? 'log', more);
    else if (kind === 'uncaught') sendUncaught('timer', text);
    else if (completion !== undefined) return;
    else if (kind === 'call') send({ kind: 'call', run, call: first, server: second, tool: third }, text);
    else if (kind === 'threw') finish({ kind: 'threw', run }, text);
    else if (kind === 'too-large') finish({ kind: 'limit', run, limit: 'resultBytes', needed: first });
    else if (kind === 'completed') {
      completion = () => finish({ kind: 'completed', run, hasResult: first === 1 }, text, more);
      // Node tells of rejections that nobody awaited after the microtasks, and before this.
      soon(complete);
    }
  };
  return {
    post,
    fail: (message, stack) => finish({ kind: 'threw', run }, JSON.stringify({ name: 'Error', message, stack })),
    complete,
    tellUncaught: (from, thrown) => sendUncaught(from, JSON.stringify(errorTexts(thrown))),
  };
}

/** The logs, and what is printed on the process's streams among them. */
function createLogs(run: number, limits: GuestLimits, send: Send<SandboxMessage>) {
  const logs = new LogBudget(limits, {
    line: (level, atMs, text) => send({ kind: 'log', run, level, atMs }, text),
    tail: (tail) => send({ kind: 'log-tail', run }, JSON.stringify(tail)),
  });
  const stdout = createLineStream((line) => logs.add('log', line));
  const stderr = createLineStream((line) => logs.add('error', line));
  replaceStreams(process, stdout.stream, stderr.stream);
  const endStreams = () => {
    stdout.end();
    stderr.end();
  };
  const endLogs = () => {
    logs.flush();
    endStderr();
  };
  return { logs, endStreams, endLogs };
}

/** Whatever goes wrong here, the run keeps its result. */
function sendArtifacts(
  run: number,
  { artifacts }: GuestLimits,
  untilMs: number,
  logs: LogBudget,
  send: Send<SandboxMessage>,
): void {
  if (artifacts === undefined) return;
  try {
    const onFile = (path: string, base64: string) => send({ kind: 'artifact', run }, path, base64);
    const { files, reasons } = collectOutFiles({ limits: artifacts, untilMs, onFile });
    for (const reason of reasons) logs.add('warn', reason);
    if (files > 0) send({ kind: 'artifacts-left-out', run, files });
  } catch (thrown) {
    logs.add('warn', `The files in /workspace/out could not be read: ${shown(thrown)}`);
  }
}

/** Never throws: the value is the program's, and may be anything. */
function errorTexts(thrown: unknown): GuestError {
  try {
    const { name, message, stack } = thrown as Error;
    if (typeof message === 'string') return { name: clip(name), message: clip(message), stack: clip(stack) };
    return { name: 'Error', message: clip(String(thrown)), stack: '' };
  } catch {
    return { name: 'Error', message: 'a value that cannot be shown', stack: '' };
  }
}

function clip(text: unknown): string {
  return typeof text === 'string' ? text.slice(0, MAX_TEXT_CHARS) : 'Error';
}

/** `name: message`, as far as there are any. */
export function shown(thrown: unknown): string {
  const { name, message } = errorTexts(thrown);
  return `${name}: ${message}`;
}
