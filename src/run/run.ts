/**
 * One run over one channel, from the host's side: sends the job, answers tool calls, keeps the logs, owns the deadline,
 * and comes to one end. Made by the engines, which own the sandbox and feed in what it says. All that arrives is a claim.
 */
import {
  type ArtifactLimits,
  type GuestLimits,
  MAX_RESULT_DEPTH,
  parseGuestError,
  parsePending,
  type SandboxMessage,
} from '../../sandbox-runtime/protocol.ts';
import { elapsedMs, nowMs } from '../base/deadline.ts';
import { Fault, toFault } from '../base/fault.ts';
import { depthOf, type Json, parseJson } from '../base/json.ts';
import type { LimitName, Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { KeptArtifacts } from './artifacts/kept-artifacts.ts';
import type { CallTool, ToolReply } from './call-tool.ts';
import { grantTextOf } from './grant.ts';
import type { Job } from './job.ts';
import { KeptLogs } from './kept-logs.ts';
import { limitMessage } from './limit-message.ts';
import type { RunEnd, RunReport, UnawaitedCall, UncaughtError } from './run-report.ts';
import { ToolCalls } from './tool-calls.ts';

/** A program that goes on calling after its budget is told so; one that ignores that is ended. */
const CALLS_TOLD_AFTER_BUDGET = 100;
const MAX_UNCAUGHT = 20;

export interface RunOptions {
  readonly job: Job;
  /** Number of the run within its sandbox; every message carries it. */
  readonly number: number;
  /** True where the sandbox holds other runs too. */
  readonly packed: boolean;
  /** True where the files that the program leaves in OUT_DIR come back with the report. */
  readonly takesFiles?: boolean;
  readonly callTool: CallTool;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** When the sandbox was asked for, on the monotonic clock. */
  readonly askedMs: number;
  send(parts: readonly string[]): void;
}

export interface RunEnding {
  readonly report: RunReport;
  /** False where the sandbox may still be running the program: it has to be stopped by force. */
  readonly isQuiet: boolean;
}

export function artifactLimitsOf(limits: Limits): ArtifactLimits {
  return { count: limits.artifacts, bytes: limits.artifactBytes, totalBytes: limits.artifactTotalBytes };
}

/** The report of a run that was cancelled before there was a sandbox for it. */
export function neverStarted(signal: AbortSignal, askedMs: number): RunReport {
  const nothing = { unawaited: [], uncaught: [], logs: [], toolCalls: [] };
  return { end: cancelledBy(signal), ...nothing, startMs: elapsedMs(askedMs), runMs: 0 };
}

function cancelledBy({ reason }: AbortSignal): RunEnd {
  return { kind: 'cancelled', message: reason instanceof Fault ? reason.message : 'The request was cancelled.' };
}

export class Run {
  readonly #options: RunOptions;
  readonly #calls: ToolCalls;
  readonly #logs: KeptLogs;
  readonly #files: KeptArtifacts | undefined;
  readonly #ending = Promise.withResolvers<RunEnding>();
  readonly #uncaught: UncaughtError[] = [];
  readonly #startedMs = nowMs();
  readonly #deadline: NodeJS.Timeout;
  readonly #onAbort = () => this.#end(cancelledBy(this.#options.signal), false);
  #ended = false;
  #resultBytes: number | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    const { job, callTool, log, signal } = options;
    this.#calls = new ToolCalls(job, callTool, log, (id, reply) => this.#reply(id, reply));
    this.#logs = new KeptLogs(job.limits);
    this.#deadline = setTimeout(() => this.#expire(), job.limits.wallMs);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    const { wallMs, heapMb, cpuMs, argsBytes, resultBytes, logBytes, logLines } = job.limits;
    const artifacts =
      options.takesFiles === true && job.limits.artifacts > 0 ? artifactLimitsOf(job.limits) : undefined;
    this.#files = artifacts === undefined ? undefined : new KeptArtifacts(artifacts);
    const caps = { wallMs, heapMb, cpuMs, argsBytes, resultBytes, logBytes, logLines };
    const limits: GuestLimits = artifacts === undefined ? caps : { ...caps, artifacts };
    this.#send(
      { kind: 'run', run: options.number, packed: options.packed, limits },
      job.code,
      job.argsText,
      grantTextOf(job.catalog),
    );
    if (signal.aborted) this.#onAbort();
  }

  /** Resolves once, with the report; rejects with Fault where the sandbox was lost through no limit of the run. */
  get ending(): Promise<RunEnding> {
    return this.#ending.promise;
  }

  /** For whoever logs something about it. */
  get runId(): string {
    return this.#options.job.runId;
  }

  /** False once a tool call has been accepted: from then on the run must not be repeated. */
  get isRepeatable(): boolean {
    return this.#calls.made === 0;
  }

  /** Takes one message that the sandbox sent for this run. Throws ProtocolError, or Fault for impossible claims. */
  accept(message: SandboxMessage, payloads: readonly string[]): void {
    if (this.#ended) return;
    const [first = '', second = '[]'] = payloads;
    switch (message.kind) {
      case 'call':
        return this.#acceptCall(message.call, message.server, message.tool, first);
      case 'log':
        return this.#logs.add(message.level, message.atMs, first);
      case 'log-tail':
        return this.#logs.replaceTail(first);
      case 'completed':
        return this.#complete(message.hasResult, first, second);
      case 'uncaught':
        return this.#acceptUncaught({ from: message.from, error: parseGuestError(first) });
      case 'threw':
        return this.#end({ kind: 'program-threw', error: parseGuestError(first) }, true);
      case 'limit':
        return this.exceed(message.limit, true, message.needed);
      case 'artifact':
        return this.#requireFiles().add(first, second);
      case 'artifacts-left-out':
        return this.#requireFiles().leaveOut(message.files);
      case 'ready':
        throw new Fault('PROTOCOL_VIOLATION', 'A sandbox said twice that it was ready.');
    }
  }

  /** Ends the run because of a limit that somebody else watches: the sandbox itself, or the engine's watchdog. */
  exceed(limit: LimitName, isQuiet = false, needed = 0): void {
    const value = this.#options.job.limits[limit];
    this.#end({ kind: 'limit-exceeded', limit, value, message: limitMessage(limit, value, needed) }, isQuiet);
  }

  /** The sandbox is gone, or cannot be believed any more, and no limit of this run explains it. */
  fail(fault: Fault): void {
    if (this.#ended) return;
    this.#close();
    this.#calls.abort(() => fault, 'cancelled');
    this.#ending.reject(fault);
  }

  #requireFiles(): KeptArtifacts {
    if (this.#files === undefined) throw new Fault('PROTOCOL_VIOLATION', 'A sandbox without files sent one.');
    return this.#files;
  }

  #acceptCall(id: number, serverAt: number, toolAt: number, argsText: string): void {
    if (!this.#calls.accept(id, serverAt, toolAt, argsText)) {
      throw new Fault('PROTOCOL_VIOLATION', 'A sandbox made a tool call that its program cannot have made.');
    }
    if (id > this.#options.job.limits.toolCalls + CALLS_TOLD_AFTER_BUDGET) this.exceed('toolCalls');
  }

  #acceptUncaught(uncaught: UncaughtError): void {
    if (this.#uncaught.length < MAX_UNCAUGHT) this.#uncaught.push(uncaught);
  }

  #complete(hasResult: boolean, resultText: string, pendingText: string): void {
    const { limits } = this.#options.job;
    const size = hasResult ? Buffer.byteLength(resultText) : 0;
    if (size > limits.resultBytes) return this.exceed('resultBytes', true, size);
    const result: Json | undefined = hasResult ? parseJson(resultText) : undefined;
    if (hasResult && result === undefined)
      throw new Fault('PROTOCOL_VIOLATION', 'A sandbox returned a result that is not JSON.');
    if (result !== undefined && depthOf(result, MAX_RESULT_DEPTH + 1) > MAX_RESULT_DEPTH)
      throw new Fault('PROTOCOL_VIOLATION', 'A sandbox returned a result that is nested too deep.');
    const stacks = new Map(parsePending(pendingText, this.#calls.made).map(({ call, stack }) => [call, stack]));
    if (hasResult) this.#resultBytes = size;
    this.#end(result === undefined ? { kind: 'completed' } : { kind: 'completed', result }, true, stacks);
  }

  #reply(call: number, reply: ToolReply): void {
    if (this.#ended) return;
    try {
      const payload =
        reply.kind === 'value' ? (reply.text ?? JSON.stringify(reply.value)) : JSON.stringify(reply.failure);
      this.#send({ kind: 'reply', run: this.#options.number, call, ok: reply.kind === 'value' }, payload);
    } catch (thrown) {
      // Nobody is there to catch it, and a program that waits for the reply would only meet its deadline.
      this.fail(toFault(thrown));
    }
  }

  #send(header: object, ...payloads: readonly string[]): void {
    this.#options.send([JSON.stringify(header), ...payloads]);
  }

  /**
   * The deadline has passed. Timers fire before sockets are read in a turn of the event loop, so after a lag of ours a
   * result may already lie in the pipe: two turns are given to it, and then the deadline holds.
   */
  #expire(): void {
    setImmediate(() => setImmediate(() => this.exceed('wallMs')));
  }

  #end(end: RunEnd, isQuiet: boolean, stacks: ReadonlyMap<number, string> = new Map()): void {
    if (this.#ended) return;
    this.#close();
    const isReturned = end.kind === 'completed';
    const open = this.#calls.abort(
      () => new Fault('SHUTTING_DOWN', 'The run is over.'),
      isReturned ? 'unawaited-tool-call' : 'cancelled',
    );
    const unawaited = isReturned ? this.#unawaited(new Set(open), stacks) : [];
    const startMs = Math.max(0, Math.round((this.#startedMs - this.#options.askedMs) * 100) / 100);
    const report = {
      end,
      ...(this.#resultBytes === undefined ? {} : { resultBytes: this.#resultBytes }),
      unawaited,
      uncaught: this.#uncaught,
      ...this.#kept(),
      toolCalls: this.#calls.records,
      startMs,
      runMs: elapsedMs(this.#startedMs),
    };
    this.#ending.resolve({ report, isQuiet });
  }

  /**
   * Calls that were open here, and those that were open in the sandbox alone: their reply was on its way. Which of the
   * two it is depends on microseconds, and for the program it is the same.
   */
  #unawaited(open: ReadonlySet<number>, stacks: ReadonlyMap<number, string>): readonly UnawaitedCall[] {
    const ids = [...new Set([...open, ...stacks.keys()])].sort((a, b) => a - b);
    return ids.flatMap((id) => {
      const tool = this.#calls.toolOf(id);
      if (tool === undefined) return [];
      return [{ server: tool.server, tool: tool.name, isAborted: open.has(id), stack: stacks.get(id) ?? '' }];
    });
  }

  /** Logs and files, and how much of both was left out. */
  #kept(): Pick<RunReport, 'logs' | 'truncated' | 'artifacts'> {
    const logs = this.#logs.finish();
    const { all = [], leftOut = 0 } = this.#files ?? {};
    const files = all.length === 0 ? {} : { artifacts: all };
    if (leftOut === 0) return { ...logs, ...files };
    return { ...logs, ...files, truncated: { logLines: 0, logBytes: 0, ...logs.truncated, artifacts: leftOut } };
  }

  #close(): void {
    this.#ended = true;
    clearTimeout(this.#deadline);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }
}
