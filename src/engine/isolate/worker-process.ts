/**
 * One worker: a child process that hosts isolates, and the frames to and from it. Made and placed by the node engine.
 * Routes what the worker says to the runs it carries; a worker that says what no runtime of ours would say is killed.
 * Never decides which run goes where.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { encodeFrame, FrameDecoder } from '../../../sandbox-runtime/framing.ts';
import { PROTOCOL_VERSION, parseSandboxMessage } from '../../../sandbox-runtime/protocol.ts';
import { nowMs } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { processUsage } from '../../pool/process-usage.ts';
import { Run, type RunOptions } from '../../run/run.ts';
import type { WorkerCommand } from './worker-command.ts';

/** Descriptors of the child: 3 takes frames, 4 gives them. */
const TO_WORKER = 3;
const FROM_WORKER = 4;
const START_DEADLINE_MS = 30_000;
/** A worker makes its next isolate in 2 ms; one that takes this long is stuck. */
const READY_DEADLINE_MS = 2_000;
const STDERR_CHARS = 2_000;
/** Our runtime says a few lines there before it dies; more is somebody else's voice. */
const MAX_STDERR_BYTES = 1024 * 1024;
/** What a worker without a run may say: that it is ready, and what was on its way when its last run was left. */
const MAX_IDLE_MESSAGES = 1_000;
/** What a worker wrote before it died is still read for this long: a child of its may hold its pipes open for ever. */
const DRAIN_MS = 250;
/** What V8, Node, isolated-vm and the C++ library print before they give up for want of memory. */
const OUT_OF_MEMORY =
  /out of memory|Last few GCs|is_heap_oom|allocation fail|bad_alloc|failed to reserve|cannot allocate|Committing semi space/i;

export interface WorkerOptions {
  readonly command: WorkerCommand;
  readonly maxFrameBytes: number;
  /** What may wait to be read by the worker. One that reads no more must not fill our memory. */
  readonly maxUnreadBytes: number;
  /** True where the operating system bounds its memory. */
  readonly isBounded: boolean;
  readonly log: Log;
  /** Called when the process has ended, before what it said last has been read. */
  onGone(worker: WorkerProcess): void;
}

export class WorkerProcess {
  readonly #options: WorkerOptions;
  readonly #child: ChildProcess;
  readonly #decoder: FrameDecoder;
  readonly #runs = new Map<number, Run>();
  readonly #gone = Promise.withResolvers<void>();
  readonly startedMs = nowMs();
  /** True where the operating system bounds its memory. */
  isBounded: boolean;
  /** Resident memory before the first run. */
  #restMb = 0;
  #ready = Promise.withResolvers<boolean>();
  #isReady = false;
  #isGone = false;
  #stderr = '';
  #endReason = '';
  #stderrBytes = 0;
  #idleMessages = 0;
  #made = 0;
  #mostCarried = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.isBounded = options.isBounded;
    this.#decoder = new FrameDecoder(options.maxFrameBytes);
    const { file, args } = options.command;
    const stdio = ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] as const;
    // The leader of its own process group, so that whatever it may have started ends with it.
    const detached = process.platform !== 'win32';
    this.#child = spawn(file, args, { env: {}, cwd: '/', stdio: [...stdio], windowsHide: true, detached });
    this.#child.once('error', (error) => this.#end(error.message));
    // Nobody places another run here; what it has said already is still read until its pipes close.
    this.#child.once('exit', (code, signal) => this.#exited(signal ?? `exit code ${code}`));
    this.#child.once('close', (code, signal) => this.#end(signal ?? `exit code ${code}`));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk));
    // A pipe that breaks is told by the end of the process.
    this.#pipe(TO_WORKER)?.on('error', () => {});
    const output = this.#pipe(FROM_WORKER);
    output?.on('error', () => {});
    output?.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  /** Resolves when the worker can take its first run. Rejects with Fault ENGINE_UNAVAILABLE where it cannot. */
  async start(): Promise<void> {
    if (await this.#becomesReady(START_DEADLINE_MS)) {
      this.#restMb = processUsage(this.pid ?? 0)?.residentMb ?? 0;
      return;
    }
    this.kill();
    const cause = new Error(this.#stderr || `The worker said nothing${this.#endReason}.`);
    throw new Fault('ENGINE_UNAVAILABLE', 'The node engine could not start a worker process.', cause);
  }

  get restMb(): number {
    return this.#restMb;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Runs that it carried at most at a time. Memory that a run has had is not given back to the system soon. */
  get mostCarried(): number {
    return this.#mostCarried;
  }

  /** Runs that it was given since it started. */
  get made(): number {
    return this.#made;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Resolves when the process is no more. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Sends a job and carries its run until `leave`. An exclusive worker takes one at a time, and only when ready. */
  carry(options: Omit<RunOptions, 'number' | 'send'>): Run {
    this.#isReady = false;
    this.#idleMessages = 0;
    this.#ready = Promise.withResolvers();
    this.#made += 1;
    const number = this.#made;
    const run = new Run({ ...options, number, send: (parts) => this.#send(parts) });
    this.#runs.set(number, run);
    this.#mostCarried = Math.max(this.#mostCarried, this.#runs.size);
    if (this.#isGone) this.#lose(run);
    return run;
  }

  /** The run is over for us. In a packed worker the program is told to stop, if it has not ended by itself. */
  leave(run: Run, isQuiet: boolean): void {
    for (const [number, carried] of this.#runs) {
      if (carried !== run) continue;
      this.#runs.delete(number);
      if (!isQuiet) this.#send([JSON.stringify({ kind: 'stop', run: number })]);
    }
  }

  /** True when the worker has its next isolate, false when it is gone or takes too long about it. Never rejects. */
  becomesReady(): Promise<boolean> {
    return this.#becomesReady(READY_DEADLINE_MS);
  }

  /** Of those that it carries. */
  get runIds(): readonly string[] {
    return [...this.#runs.values()].map(({ runId }) => runId);
  }

  /** Calls `visit` for every run that it carries. */
  forEachRun(visit: (run: Run) => void): void {
    for (const run of [...this.#runs.values()]) visit(run);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
    this.#killGroup();
  }

  #killGroup(): void {
    if (this.pid === undefined || process.platform === 'win32' || this.#isGone) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // Nobody is left in it, which is what was wanted.
    }
  }

  #exited(reason: string): void {
    this.#options.onGone(this);
    this.#killGroup();
    setTimeout(() => this.#end(reason), DRAIN_MS).unref();
  }

  #hear(chunk: Buffer): void {
    this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_CHARS);
    this.#stderrBytes += chunk.length;
    if (this.#stderrBytes > MAX_STDERR_BYTES) this.#betray(new Error('A worker writes to its stderr without end.'));
  }

  async #becomesReady(deadlineMs: number): Promise<boolean> {
    if (this.#isReady || this.#isGone) return this.#isReady && !this.#isGone;
    const timer = setTimeout(() => this.#ready.resolve(false), deadlineMs);
    const isReady = await this.#ready.promise;
    clearTimeout(timer);
    return isReady && !this.#isGone;
  }

  #receive(chunk: Buffer): void {
    if (this.#isGone) return;
    try {
      for (const [header = '', ...payloads] of this.#decoder.push(chunk)) this.#dispatch(header, payloads);
    } catch (error) {
      this.#betray(error);
    }
  }

  #dispatch(header: string, payloads: readonly string[]): void {
    const message = parseSandboxMessage(header);
    if (this.#runs.size === 0 && ++this.#idleMessages > MAX_IDLE_MESSAGES)
      throw new Error('A worker without a run talks without end.');
    if (message.kind === 'ready') {
      if (message.version !== PROTOCOL_VERSION) throw new Error(`The runtime speaks version ${message.version}.`);
      this.#isReady = true;
      this.#ready.resolve(true);
    } else if (message.run > this.#made || message.run === 0) {
      throw new Error('A message is about a run that was never given.');
    } else this.#runs.get(message.run)?.accept(message, payloads);
  }

  /** What it says cannot be believed any more: everything it carries is lost. */
  #betray(error: unknown): void {
    const { pid, runIds } = this;
    this.#options.log.error({ err: error, pid, runIds }, 'a worker broke the protocol');
    this.#giveUp(new Fault('PROTOCOL_VIOLATION', 'The sandbox sent what no program can send; it was ended.', error));
  }

  #giveUp(fault: Fault): void {
    this.forEachRun((run) => run.fail(fault));
    this.kill();
    this.#deafen();
  }

  /** Nothing more is read of it, however much is on its way. */
  #deafen(): void {
    this.#pipe(FROM_WORKER)?.destroy();
    this.#child.stderr?.destroy();
  }

  #end(reason: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#endReason = ` and ended: ${reason}`;
    const { pid, runIds } = this;
    if (runIds.length > 0) this.#options.log.warn({ pid, runIds, reason, stderr: this.#stderr }, 'a worker was lost');
    this.forEachRun((run) => this.#lose(run));
    this.#runs.clear();
    this.#ready.resolve(false);
    this.#pipe(TO_WORKER)?.destroy();
    this.#deafen();
    this.#gone.resolve();
  }

  /** One run alone in a process that died of memory met its limit; among several nobody can say whose it was. */
  #lose(run: Run): void {
    if (this.#runs.size === 1 && OUT_OF_MEMORY.test(this.#stderr)) run.exceed('heapMb', true);
    else run.fail(new Fault('SANDBOX_LOST', 'The sandbox ended before its program did.'));
  }

  #send(parts: readonly string[]): void {
    const pipe = this.#pipe(TO_WORKER);
    if (this.#isGone || pipe === undefined) return;
    pipe.write(encodeFrame(parts));
    if (pipe.writableLength <= this.#options.maxUnreadBytes) return;
    this.#giveUp(new Fault('SANDBOX_LOST', 'The program made tool calls without taking their replies; it was ended.'));
  }

  #pipe(descriptor: number): Duplex | undefined {
    // A child that could not be started for want of descriptors has no list at all, whatever its type says.
    const stdio = this.#child.stdio as ChildProcess['stdio'] | undefined;
    return (stdio?.[descriptor] ?? undefined) as Duplex | undefined;
  }
}
