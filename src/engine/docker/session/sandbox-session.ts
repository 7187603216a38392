/**
 * One long-lived sandbox: a container with a keeper in it, in which commands and programs run one after the other until
 * it is stopped, has been idle or has lived for too long, or is lost. Made by sandboxes.ts, used by the sandbox tools.
 * Whatever has to be ended by force takes everything else that runs in the sandbox with it, but no file.
 */
import type { Duplex } from 'node:stream';
import type { Container } from 'dockerode';
import PQueue from 'p-queue';
import { elapsedMs, nowMs, withDeadline } from '../../../base/deadline.ts';
import { Fault } from '../../../base/fault.ts';
import type { Limits } from '../../../base/limits.ts';
import type { Log } from '../../../base/log.ts';
import type { CallTool } from '../../../run/call-tool.ts';
import type { Job } from '../../../run/job.ts';
import { artifactLimitsOf, neverStarted } from '../../../run/run.ts';
import type { RunReport } from '../../../run/run-report.ts';
import { readExit, removeByForce } from '../container/container-calls.ts';
import { explainFailedStart } from '../container/container-end.ts';
import { unavailable } from '../daemon/daemon-error.ts';
import { type Collected, KeeperLink } from './keeper-link.ts';
import { type ProgramChannelCaps, ProgramProcess } from './program-process.ts';
import { lostFault, reasonOf } from './session-end.ts';
import { type CommandReport, reportOf, withEverybodyEnded, withFiles } from './session-report.ts';
import { GRACE_MS } from './session-spec.ts';

const START_DEADLINE_MS = 30_000;
/** How long a keeper may take for what takes it milliseconds, on a processor that a fork bomb has to itself. */
const ANSWER_DEADLINE_MS = 30_000;
const COLLECT_MS = 5_000;
const NEVER = new AbortController().signal;
const NO_FILES: Collected = { artifacts: [], leftOut: 0, reasons: [] };

export interface SandboxSessionOptions {
  readonly id: string;
  readonly workspace: string;
  readonly image: string;
  readonly container: Container;
  readonly keeper: Buffer;
  readonly program: ProgramChannelCaps;
  readonly limits: Limits;
  readonly lifeMs: number;
  readonly log: Log;
  /** Called once, with the reason as the end of a sentence. */
  onEnd(reason: string): void;
  /** Called once, when its container is gone. */
  onGone(): void;
}

export interface Command {
  readonly argv: readonly string[];
  readonly timeoutMs: number;
}

export class SandboxSession {
  readonly #options: SandboxSessionOptions;
  readonly #link: KeeperLink;
  readonly #turns = new PQueue({ concurrency: 1 });
  #createdAt = new Date();
  #life: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #exited: Promise<{ StatusCode?: number } | undefined> = Promise.resolve(undefined);
  #program: ProgramProcess | undefined;
  #ended: { readonly reason: string; readonly fault: Fault } | undefined;
  #removal: Promise<void> | undefined;

  constructor(options: SandboxSessionOptions) {
    this.#options = options;
    const { keeper: runtime, limits } = options;
    const { commandBytes, artifactBytes } = limits;
    const onGone = (violation: unknown) => void this.#lose(violation);
    this.#link = new KeeperLink({ runtime, commandBytes, artifactBytes, onGone });
  }

  get id(): string {
    return this.#options.id;
  }

  get workspace(): string {
    return this.#options.workspace;
  }

  get image(): string {
    return this.#options.image;
  }

  get containerId(): string {
    return this.#options.container.id;
  }

  /** When it was ready: from then on its time runs. */
  get createdAt(): Date {
    return this.#createdAt;
  }

  get expiresAt(): Date {
    return new Date(this.#createdAt.getTime() + this.#options.lifeMs);
  }

  get isBusy(): boolean {
    return this.#turns.pending > 0;
  }

  /** Rejects with Fault, or as the daemon does, where it does not come to life; it has to be ended then. */
  async start(): Promise<void> {
    const { container, image, lifeMs } = this.#options;
    const attach = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
    this.#link.attach((await container.attach(attach)) as Duplex);
    this.#exited = container.wait({ condition: 'next-exit' }).catch(() => undefined);
    await container.start();
    const tooSlow = () => unavailable('A sandbox took too long to start.');
    const isReady = await withDeadline(START_DEADLINE_MS, NEVER, tooSlow, () => this.#link.begin(lifeMs + GRACE_MS));
    if (isReady) return this.#startClocks();
    const cause = new Error(this.#link.lastWords || 'The container said nothing.');
    const sentence = explainFailedStart((await this.#exit())?.exitCode, image);
    throw unavailable(sentence ?? "A sandbox ended before it was ready; Codeloom's log has its last words.", cause);
  }

  /** Runs the command to its exit, or ends it and all else when its time is over. Rejects with `signal.reason`, or Fault. */
  exec({ argv, timeoutMs }: Command, signal: AbortSignal): Promise<CommandReport> {
    return this.#turn(signal, async () => {
      const startedMs = nowMs();
      const ending = this.#link.exec(argv);
      const isTimedOut = await this.#endsInTime(ending, timeoutMs, signal);
      const end = await this.#answer(() => ending);
      const ms = elapsedMs(startedMs);
      signal.throwIfAborted();
      return reportOf(end, { isTimedOut, ms }, await this.#collect());
    });
  }

  /** As `Engine.run`: a program in a process of its own, with the sandbox's files. */
  async run(job: Job, callTool: CallTool, signal: AbortSignal): Promise<RunReport> {
    const askedMs = nowMs();
    try {
      return await this.#turn(signal, async () => {
        const report = await this.#runProgram(job, callTool, signal, askedMs);
        return withFiles(report, await this.#collect());
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      return neverStarted(signal, askedMs);
    }
  }

  /** Ends it by force, with all that runs in it. Resolves when the container is gone. A second reason is not heard. */
  end(reason: string, fault: Fault = lostFault(reason)): Promise<void> {
    this.#removal ??= this.#end(reason, fault);
    return this.#removal;
  }

  async #end(reason: string, fault: Fault): Promise<void> {
    this.#ended = { reason, fault };
    clearTimeout(this.#life);
    clearTimeout(this.#idle);
    // The streams first: the daemon neither kills nor inspects a container whose output nobody takes.
    this.#link.close(fault);
    this.#program?.close(fault);
    const { container, log, onEnd, onGone } = this.#options;
    onEnd(reason);
    await removeByForce(container, log);
    onGone();
  }

  /** The keeper has gone, or cannot be believed: so has the sandbox. */
  async #lose(violation: unknown): Promise<void> {
    const { log, container } = this.#options;
    if (violation !== undefined) {
      log.error({ err: violation, container: container.id }, 'a sandbox broke the protocol');
      const fault = new Fault(
        'PROTOCOL_VIOLATION',
        'The sandbox sent what no command can send; it was ended.',
        violation,
      );
      return this.end('it sent what no command can send', fault);
    }
    const exit = await this.#exit();
    log.debug({ container: container.id, exit, stderr: this.#link.lastWords }, 'a sandbox was lost');
    await this.end(reasonOf(exit));
  }

  /** One call at a time; so many more wait. The clock of idleness stands still meanwhile. */
  async #turn<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    const { waitingCommands } = this.#options.limits;
    if (this.#turns.pending > 0 && this.#turns.size >= waitingCommands) {
      const sentence = `The sandbox is busy, and ${this.#turns.size} calls wait for it (limit waitingCommands); wait for their answers, or use another sandbox.`;
      throw new Fault('POOL_SATURATED', sentence);
    }
    const guarded = async () => {
      signal.throwIfAborted();
      if (this.#ended !== undefined) throw this.#ended.fault;
      clearTimeout(this.#idle);
      try {
        return await work();
      } finally {
        this.#restartIdle();
      }
    };
    // Without the signal: the queue would let the next in while what was cancelled is still being ended.
    return this.#turns.add(guarded);
  }

  async #runProgram(job: Job, callTool: CallTool, signal: AbortSignal, askedMs: number): Promise<RunReport> {
    const { container, log, program } = this.#options;
    const running = new ProgramProcess({ ...program, container, log, sandboxEnd: () => this.#ended?.fault });
    this.#program = running;
    let isQuiet = false;
    try {
      const ending = await running.run({ job, callTool, signal, log, askedMs });
      isQuiet = ending.isQuiet;
      return isQuiet ? ending.report : withEverybodyEnded(ending.report);
    } finally {
      this.#program = undefined;
      running.close(new Fault('SHUTTING_DOWN', 'The run is over.'));
      if (!isQuiet && this.#ended === undefined) await this.#answer(() => this.#link.endAll());
    }
  }

  /** True where the time was over or the call was cancelled first: then all has been ended that runs in the sandbox. */
  async #endsInTime(ending: Promise<unknown>, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const late = new Error('The time of the command is over.');
    try {
      await withDeadline(
        timeoutMs,
        signal,
        () => late,
        () => ending,
      );
      return false;
    } catch (error) {
      if (error !== late && !signal.aborted) throw error;
      await this.#answer(() => this.#link.endAll());
      return error === late;
    }
  }

  /** Whatever a keeper is asked is answered soon, or the sandbox is of no use any more. */
  async #answer<Value>(ask: () => Promise<Value>): Promise<Value> {
    const silent = 'it did not answer any more';
    try {
      return await withDeadline(ANSWER_DEADLINE_MS, NEVER, () => lostFault(silent), ask);
    } catch (error) {
      void this.end(silent);
      throw error;
    }
  }

  async #collect(): Promise<Collected> {
    const limits = artifactLimitsOf(this.#options.limits);
    return limits.count === 0 ? NO_FILES : this.#answer(() => this.#link.collect(limits, COLLECT_MS));
  }

  #exit() {
    return readExit(this.#options.container, this.#exited);
  }

  #startClocks(): void {
    if (this.#ended !== undefined) return;
    this.#createdAt = new Date();
    const expire = () => void this.end('its time was over (limit sandboxLifeMs)');
    this.#life = setTimeout(expire, this.#options.lifeMs).unref();
    this.#restartIdle();
  }

  #restartIdle(): void {
    clearTimeout(this.#idle);
    if (this.#ended !== undefined) return;
    const { sandboxIdleMs } = this.#options.limits;
    const expire = () => void this.end('nobody used it for too long (limit sandboxIdleMs)');
    this.#idle = setTimeout(expire, sandboxIdleMs).unref();
  }
}
