/**
 * One container for one run: made ahead of need with the runtime loaded and waiting, used once, removed by force. Made
 * by container-maker.ts, handed out by the docker engine. A container that says what no runtime of ours would say is
 * ended. Errors of the daemon are told by the end of the attach stream, which is the one signal that never fails.
 */
import type { Duplex } from 'node:stream';
import type { Container } from 'dockerode';
import { encodeFrame, FrameDecoder } from '../../../../sandbox-runtime/framing.ts';
import { PROTOCOL_VERSION, parseSandboxMessage, type SandboxMessage } from '../../../../sandbox-runtime/protocol.ts';
import { elapsedMs, nowMs, withDeadline } from '../../../base/deadline.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { Run, type RunOptions } from '../../../run/run.ts';
import { AttachedOutput } from './attached-output.ts';
import { type ContainerExit, readContainerEnd } from './container-end.ts';
import { StderrLines } from './stderr-lines.ts';

const START_DEADLINE_MS = 30_000;
/** How long the daemon may take to say how a container ended. */
const EXIT_DEADLINE_MS = 2_000;
/** How long the last of stderr may take once the run's end is known. */
const STDERR_DEADLINE_MS = 250;
const REMOVE_DEADLINE_MS = 30_000;
const RUN = 1;
const NEVER = new AbortController().signal;

export interface SandboxContainerOptions {
  readonly container: Container;
  readonly image: string;
  readonly runtime: Buffer;
  readonly maxFrameBytes: number;
  /** Bytes that may wait for a program that does not take its replies. */
  readonly maxUnreadBytes: number;
  readonly log: Log;
  /** Called once, where it ended before it was given a run, by its own doing or its daemon's. */
  onGone(container: SandboxContainer): void;
}

export class SandboxContainer {
  readonly #options: SandboxContainerOptions;
  readonly #decoder: FrameDecoder;
  readonly #stderr = new StderrLines((line) => this.#addLog(line));
  readonly #ready = Promise.withResolvers<boolean>();
  readonly startedMs = nowMs();
  #stream: Duplex | undefined;
  #exited: Promise<{ StatusCode?: number } | undefined> = Promise.resolve(undefined);
  #run: Run | undefined;
  #runMs = 0;
  #restCpuMs = 0;
  #isGone = false;
  #removal: Promise<void> | undefined;

  constructor(options: SandboxContainerOptions) {
    this.#options = options;
    this.#decoder = new FrameDecoder(options.maxFrameBytes);
  }

  get id(): string {
    return this.#options.container.id;
  }

  /** True once it has been given a run: it is never given another. */
  get isUsed(): boolean {
    return this.#run !== undefined;
  }

  /** What the container printed before it failed, for our own log. */
  get lastWords(): string {
    return this.#stderr.lastWords;
  }

  /**
   * Attaches, starts, and sends the runtime. False where the container ended before it was ready. Rejects with what the
   * daemon says. The order matters: what is attached or waited for after the start may miss the beginning or the end.
   */
  async start(): Promise<boolean> {
    const { container, runtime } = this.#options;
    const attach = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
    const stream = (await container.attach(attach)) as Duplex;
    this.#attach(stream);
    // It may have been removed meanwhile, and nobody else would end a stream that came too late.
    if (this.#isGone) stream.destroy();
    if (this.#isGone) return false;
    this.#exited = container.wait({ condition: 'next-exit' }).catch(() => undefined);
    await container.start();
    stream.write(runtime);
    const timer = setTimeout(() => this.#ready.resolve(false), START_DEADLINE_MS);
    const isReady = await this.#ready.promise;
    clearTimeout(timer);
    if (isReady) this.#restCpuMs = (await this.cpuMs()) ?? 0;
    return isReady && !this.#isGone;
  }

  /** Sends the job; the container is this run's until `remove`. */
  carry(options: Omit<RunOptions, 'number' | 'send' | 'packed'>): Run {
    this.#runMs = nowMs();
    const run = new Run({
      ...options,
      number: RUN,
      packed: false,
      takesFiles: true,
      send: (parts) => this.#send(parts),
    });
    this.#run = run;
    if (this.#isGone) void this.#explainEnd(run);
    return run;
  }

  /** How the container ended; undefined where the daemon cannot say, or it has been removed. */
  async exit(): Promise<ContainerExit | undefined> {
    try {
      const exitCode = await soon(async () => (await this.#exited)?.StatusCode);
      if (exitCode === undefined) return undefined;
      const { State } = await soon(() => this.#options.container.inspect());
      return { exitCode, isOutOfMemory: State.OOMKilled };
    } catch {
      return undefined;
    }
  }

  /** Processor time that all of the container has used since it was ready; undefined where the daemon cannot say. */
  async cpuMs(): Promise<number | undefined> {
    const oneShot = { stream: false, 'one-shot': true } as { stream: false };
    try {
      const { cpu_stats } = await soon(() => this.#options.container.stats(oneShot));
      return cpu_stats.cpu_usage.total_usage / 1e6 - this.#restCpuMs;
    } catch {
      return undefined;
    }
  }

  /** Ends it by force. Resolves when it is gone, or when the daemon has not managed that in time. Never rejects. */
  remove(): Promise<void> {
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  /** The stream first: the daemon neither kills nor inspects a container whose output nobody takes. */
  async #remove(): Promise<void> {
    this.#isGone = true;
    this.#ready.resolve(false);
    // Only one that is still running: whoever removes a container with a run in it is shutting down.
    this.#run?.fail(new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.'));
    this.#stream?.destroy();
    const { container, log } = this.#options;
    try {
      await withDeadline(REMOVE_DEADLINE_MS, NEVER, late, () => container.remove({ force: true, v: true }));
    } catch (error) {
      if (!isGoneAlready(error)) log.warn({ err: error, container: container.id }, 'a container could not be removed');
    }
  }

  #attach(stream: Duplex): void {
    this.#stream = stream;
    const output = new AttachedOutput({
      stdout: (bytes) => this.#receive(bytes),
      stderr: (bytes) => this.#stderr.push(bytes),
    });
    stream.on('data', (chunk: Buffer) => {
      if (!this.#isGone) output.push(chunk);
    });
    stream.on('error', () => {});
    stream.on('end', () => this.#end());
    stream.on('close', () => this.#end());
  }

  #receive(bytes: Buffer): void {
    if (this.#isGone) return;
    try {
      for (const [header = '', ...payloads] of this.#decoder.push(bytes)) this.#dispatch(header, payloads);
    } catch (error) {
      this.#betray(error);
    }
  }

  #dispatch(header: string, payloads: readonly string[]): void {
    const message = parseSandboxMessage(header);
    if (message.kind === 'ready') {
      if (message.version !== PROTOCOL_VERSION) throw new Error(`The runtime speaks version ${message.version}.`);
      return this.#ready.resolve(true);
    }
    if (message.run !== RUN || this.#run === undefined)
      throw new Error('A message is about a run that was never given.');
    if (isLast(message)) void this.#acceptLast(this.#run, message, payloads);
    else this.#run.accept(message, payloads);
  }

  /** What the run printed past the runtime comes on another stream, and may be a little late. */
  async #acceptLast(run: Run, message: SandboxMessage, payloads: readonly string[]): Promise<void> {
    const timer = setTimeout(() => this.#stderr.close(), STDERR_DEADLINE_MS);
    await this.#stderr.closed;
    clearTimeout(timer);
    try {
      run.accept(message, payloads);
    } catch (error) {
      this.#betray(error);
    }
  }

  #addLog(line: string): void {
    if (this.#run === undefined) return;
    const atMs = Math.round(elapsedMs(this.#runMs));
    this.#run.accept({ kind: 'log', run: RUN, level: 'error', atMs }, [line]);
  }

  #send(parts: readonly string[]): void {
    if (this.#isGone || this.#stream === undefined) return;
    this.#stream.write(encodeFrame(parts));
    if (this.#stream.writableLength <= this.#options.maxUnreadBytes) return;
    this.#run?.fail(
      new Fault('SANDBOX_LOST', 'The program made tool calls without taking their replies; it was ended.'),
    );
  }

  /** What it says cannot be believed any more. */
  #betray(error: unknown): void {
    const { log, container } = this.#options;
    log.error({ err: error, container: container.id }, 'a container broke the protocol');
    const sentence = 'The sandbox sent what no program can send; it was ended.';
    this.#run?.fail(new Fault('PROTOCOL_VIOLATION', sentence, error));
    this.#end();
  }

  #end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#stderr.close();
    this.#ready.resolve(false);
    // Whoever waits for the run's end removes the container then; before that, it must be asked how it ended.
    if (this.#run !== undefined) void this.#explainEnd(this.#run);
    else this.#options.onGone(this);
  }

  async #explainEnd(run: Run): Promise<void> {
    const exit = await this.exit();
    const end = readContainerEnd(exit);
    const { log, container } = this.#options;
    log.debug({ container: container.id, exit, end, stderr: this.lastWords }, 'a container ended');
    if (end.kind === 'limit') run.exceed(end.limit, true);
    else if (end.kind === 'lost') run.fail(new Fault('SANDBOX_LOST', end.message));
    else {
      const error = { name: 'Error', message: end.message, stack: '' };
      run.accept({ kind: 'threw', run: RUN }, [JSON.stringify(error)]);
    }
  }
}

function isLast({ kind }: SandboxMessage): boolean {
  return kind === 'completed' || kind === 'threw' || kind === 'limit';
}

function soon<Value>(work: () => Promise<Value>): Promise<Value> {
  return withDeadline(EXIT_DEADLINE_MS, NEVER, late, work);
}

function late(): Error {
  return new Error('The Docker daemon took too long.');
}

/** Removed by somebody else, or just now being removed. */
function isGoneAlready(error: unknown): boolean {
  const code = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return code === 404 || code === 409;
}
