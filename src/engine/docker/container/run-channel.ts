/**
 * The channel to a runtime in a container, over the stream of the container itself or of a process that was started in
 * one: waits until the runtime is ready, then carries one run. Whatever breaks the protocol ends the run. Used by
 * sandbox-container.ts and by long-lived sandboxes; the container is theirs to end.
 */
import type { Duplex } from 'node:stream';
import { encodeFrame, FrameDecoder } from '../../../../sandbox-runtime/framing.ts';
import { PROTOCOL_VERSION, parseSandboxMessage, type SandboxMessage } from '../../../../sandbox-runtime/protocol.ts';
import { elapsedMs, nowMs } from '../../../base/deadline.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { Run, type RunOptions } from '../../../run/run.ts';
import { AttachedOutput } from './attached-output.ts';
import type { ContainerEnd } from './container-end.ts';
import { StderrLines } from './stderr-lines.ts';

const START_DEADLINE_MS = 30_000;
/** How long the last of stderr may take once the run's end is known. */
const STDERR_DEADLINE_MS = 250;
const RUN = 1;

export interface RunChannelOptions {
  /** What log lines name. */
  readonly container: string;
  readonly runtime: Buffer;
  readonly maxFrameBytes: number;
  /** Bytes that may wait for a program that does not take its replies. */
  readonly maxUnreadBytes: number;
  readonly takesFiles: boolean;
  readonly log: Log;
  /** How the sandbox ended, asked once its stream has, with what V8 and others printed before. */
  explainEnd(lastWords: string): Promise<ContainerEnd>;
  /** Called once, where the stream ended before there was a run. */
  onGone(): void;
}

export class RunChannel {
  readonly #options: RunChannelOptions;
  readonly #decoder: FrameDecoder;
  readonly #stderr = new StderrLines((line) => this.#addLog(line));
  readonly #ready = Promise.withResolvers<boolean>();
  #stream: Duplex | undefined;
  #run: Run | undefined;
  #runMs = 0;
  #isGone = false;

  constructor(options: RunChannelOptions) {
    this.#options = options;
    this.#decoder = new FrameDecoder(options.maxFrameBytes);
  }

  /** True once it has been given a run: it is never given another. */
  get isUsed(): boolean {
    return this.#run !== undefined;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** What was printed before it failed, for our own log. */
  get lastWords(): string {
    return this.#stderr.lastWords;
  }

  /** Listens to the stream. False where the channel was closed meanwhile: the stream came too late. */
  attach(stream: Duplex): boolean {
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
    if (this.#isGone) stream.destroy();
    return !this.#isGone;
  }

  /** Sends the runtime. Resolves with whether it has come to life. */
  async begin(): Promise<boolean> {
    this.#stream?.write(this.#options.runtime);
    const timer = setTimeout(() => this.#ready.resolve(false), START_DEADLINE_MS);
    const isReady = await this.#ready.promise;
    clearTimeout(timer);
    return isReady;
  }

  /** Sends the job; the channel is this run's for good. */
  carry(options: Omit<RunOptions, 'number' | 'send' | 'packed' | 'takesFiles'>): Run {
    const { takesFiles } = this.#options;
    this.#runMs = nowMs();
    const run = new Run({ ...options, number: RUN, packed: false, takesFiles, send: (parts) => this.#send(parts) });
    this.#run = run;
    if (this.#isGone) void this.#explainEnd(run);
    return run;
  }

  /** Stops listening and lets the stream go. A run that has not ended is failed. */
  close(fault: Fault): void {
    this.#isGone = true;
    this.#ready.resolve(false);
    this.#run?.fail(fault);
    this.#stream?.destroy();
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

  /** It carries what was written to stdout too, and nobody can tell the one from the other: no level is claimed. */
  #addLog(line: string): void {
    if (this.#run === undefined) return;
    const atMs = Math.round(elapsedMs(this.#runMs));
    this.#run.accept({ kind: 'log', run: RUN, level: 'log', atMs }, [line]);
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
    log.error({ err: error, container, runId: this.#run?.runId }, 'a container broke the protocol');
    const sentence = 'The sandbox sent what no program can send; it was ended.';
    this.#run?.fail(new Fault('PROTOCOL_VIOLATION', sentence, error));
    this.#end();
  }

  #end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#stderr.close();
    this.#ready.resolve(false);
    // Whoever waits for the run's end ends the sandbox then; before that, it must be asked how it ended.
    if (this.#run !== undefined) void this.#explainEnd(this.#run);
    else this.#options.onGone();
  }

  async #explainEnd(run: Run): Promise<void> {
    const end = await this.#options.explainEnd(this.#stderr.deathNotice);
    const { log, container } = this.#options;
    log.debug({ container, runId: run.runId, end, stderr: this.lastWords }, 'a sandbox ended');
    if (end.kind === 'limit') run.exceed(end.limit, true);
    else if (end.kind === 'lost') run.fail(end.fault);
    else {
      const error = { name: 'Error', message: end.message, stack: '' };
      run.accept({ kind: 'threw', run: RUN }, [JSON.stringify(error)]);
    }
  }
}

function isLast({ kind }: SandboxMessage): boolean {
  return kind === 'completed' || kind === 'threw' || kind === 'limit';
}
