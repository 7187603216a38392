/**
 * An MCP server as a child process, speaking lines of JSON over its standard streams. Made by open-transport.ts for one
 * link; restarts nothing. In place of the SDK's own transport, which leaves the descendants of a child running, takes
 * a child for alive as long as any helper holds its pipes, hides the exit code, and would start each server twice to
 * find out its era (measured: 640 to 1,310 ms to connect to the three npm servers, against 160 to 620 ms here).
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { getDefaultEnvironment } from '@modelcontextprotocol/client/stdio';
import type { UpstreamTransport } from '../../base/config.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { ensureDescriptors } from '../../pool/ensure-descriptors.ts';
import { type LinkError, lostError } from '../link-error.ts';
import { MessageLines } from './message-lines.ts';
import type { StderrTail } from './stderr-tail.ts';

/** How long a child may take to go after its stdin ended, and again after SIGTERM. */
const GRACE_MS = 1_000;
/** What the child wrote before it died is still read for this long: a helper of its may hold the pipe open for ever. */
const DRAIN_MS = 250;
/** How long the reason is waited for why a child reads no more. */
const LAST_WORDS_MS = 1_000;
/** What may wait to be read by a child. One that reads no more must not fill our memory. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;
export type StdioConfig = Extract<UpstreamTransport, { readonly kind: 'stdio' }>;

export class StdioTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport['onmessage'];
  /** The SDK tells stdio transports by these two properties, and treats silence and exits during its probe accordingly. */
  readonly stderr = null;
  pid: number | null = null;

  readonly #config: StdioConfig;
  readonly #maxMessageBytes: number;
  readonly #tail: StderrTail;
  readonly #log: Log;
  readonly #gone = Promise.withResolvers<void>();
  #child: Child | undefined;
  /** Set when the child has exited; it is `#ending` once what it last wrote was read. */
  #exit: string | undefined;
  #ending: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(config: StdioConfig, maxMessageBytes: number, tail: StderrTail, log: Log) {
    this.#config = config;
    this.#maxMessageBytes = maxMessageBytes;
    this.#tail = tail;
    this.#log = log;
  }

  /** Why the child is gone, as the end of a sentence that starts with "it"; undefined while it runs. */
  get ending(): string | undefined {
    return this.#ending;
  }

  async start(): Promise<void> {
    const child = this.#spawn();
    this.#child = child;
    this.pid = child.pid ?? null;
    const lines = new MessageLines(this.#maxMessageBytes, {
      message: (message) => this.#deliver(message),
      noise: (chars) => this.#log.debug({ chars }, 'upstream printed a line that is no message'),
      tooLong: () => this.#overflow(),
    });
    child.stdout.on('data', (chunk: Buffer) => lines.read(chunk));
    child.stderr.on('data', (chunk: Buffer) => this.#hear(chunk));
    for (const stream of [child.stdin, child.stdout, child.stderr])
      stream.on('error', (error) => this.#complain(error));
    child.once('exit', (code, signal) =>
      this.#exited(code === null ? `was ended by ${signal}` : `exited with code ${code}`),
    );
    const started = Promise.withResolvers<void>();
    child.once('spawn', () => started.resolve());
    child.once('error', (error) => started.reject(this.#failStart(error)));
    await started.promise;
  }

  #spawn(): Child {
    const { command, args, env, cwd } = this.#config;
    try {
      ensureDescriptors();
      return spawn(command, args, {
        // The leader of its own process group, so that its descendants can be ended with it.
        detached: process.platform !== 'win32',
        env: { ...getDefaultEnvironment(), ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
        ...(cwd === undefined ? {} : { cwd }),
      });
    } catch (thrown) {
      throw this.#failStart(thrown);
    }
  }

  #failStart(error: unknown): LinkError {
    const { command, cwd } = this.#config;
    const reason = startFailure(error, command, cwd !== undefined);
    this.#end(reason);
    return lostError(reason, false, error);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    const gone = this.#ending ?? this.#exit;
    if (stdin === undefined || gone !== undefined) throw lostError(gone ?? 'is not running', false);
    if (!stdin.writable) throw await this.#stoppedReading();
    if (stdin.writableLength > MAX_UNREAD_BYTES) throw lostError('does not read what it is sent', false);
    await new Promise<void>((resolve, reject) => {
      // A line that could not be written to its end is no message, so nothing can have been done about it.
      stdin.write(`${toLine(message)}\n`, (error) => {
        if (error) void this.#stoppedReading(error).then(reject);
        else resolve();
      });
    });
  }

  /** A child that dies closes its input first; how it ended and what it said last are heard a little later. */
  async #stoppedReading(cause?: Error): Promise<LinkError> {
    await settledWithin(this.#gone.promise, LAST_WORDS_MS);
    return lostError(this.#ending ?? this.#exit ?? 'stopped reading', false, cause);
  }

  /** Ends stdin, then SIGTERM, then SIGKILL, to the child and its descendants. Resolves when the child is gone. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const child = this.#child;
    if (child === undefined || this.#ending !== undefined) return this.#end('was closed');
    child.stdin.end();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await settledWithin(this.#gone.promise, GRACE_MS)) return;
      this.#signal(signal);
    }
    if (!(await settledWithin(this.#gone.promise, GRACE_MS))) this.#end('did not end');
  }

  #exited(reason: string): void {
    this.#exit = reason;
    // Whatever the child started goes with it.
    this.#signal('SIGKILL');
    const { stdout, stderr } = this.#child ?? {};
    const drained = Promise.all([stdout, stderr].map((stream) => ended(stream)));
    void settledWithin(drained, DRAIN_MS).then(() => {
      stdout?.destroy();
      stderr?.destroy();
      this.#end(reason);
    });
  }

  #end(reason: string): void {
    if (this.#ending !== undefined) return;
    this.#ending = reason;
    this.#gone.resolve();
    this.onclose?.();
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, signal);
    } catch {
      // Gone already, which is what was wanted.
    }
  }

  #deliver(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(message);
    } catch (thrown) {
      // What the SDK makes of a hostile message may overflow its stack; that must not reach the event loop.
      this.#complain(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  #overflow(): void {
    const reason = `sent a message of more than ${this.#maxMessageBytes} bytes`;
    this.#child?.stdout.destroy();
    this.#signal('SIGKILL');
    this.#end(reason);
  }

  #hear(chunk: Buffer): void {
    this.#tail.append(chunk);
    if (this.#log.isLevelEnabled('debug'))
      this.#log.debug({ stderr: chunk.toString('utf8').slice(0, 4_096) }, 'upstream wrote to stderr');
  }

  #complain(error: Error): void {
    this.onerror?.(error);
  }
}

/**
 * One line for everybody: Node's readline and Python's splitlines end a line at separators that JSON leaves as they are,
 * and a program could cut a message in two with one of them.
 */
function toLine(message: JSONRPCMessage): string {
  return JSON.stringify(message).replaceAll(/[\u0085\u2028\u2029]/g, (separator) => {
    return `\\u${separator.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Names the command only where it is no path: the sentence is shown to clients. */
function startFailure(error: unknown, command: string, hasFolder: boolean): string {
  const shown = /[\\/]/.test(command) ? 'its command' : `the command ${JSON.stringify(command)}`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT')
    return `could not be started: ${shown}${hasFolder ? ' or its working folder' : ''} was not found`;
  if (code === 'EACCES') return `could not be started: ${shown} may not be executed`;
  if (error instanceof Fault) return 'could not be started: too few file descriptors are free';
  return `could not be started (${String(code ?? 'unknown error')})`;
}

function ended(stream: Readable | undefined): Promise<void> {
  if (stream === undefined || stream.closed) return Promise.resolve();
  return new Promise((resolve) => stream.once('close', resolve));
}

/** True where the promise settled in time. */
async function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([promise.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
