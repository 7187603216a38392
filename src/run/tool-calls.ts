/**
 * The tool calls of one run: resolves what the sandbox names against the run's own catalog, holds the budget and the
 * number in flight, and remembers how each call went. Called by src/run/run.ts only; never lets a call out after `abort`.
 */

import { elapsedMs, nowMs } from '../base/deadline.ts';
import { Fault } from '../base/fault.ts';
import { depthOf, isJsonObject, type JsonObject, parseJson } from '../base/json.ts';
import type { Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import type { Tool } from '../base/tool.ts';
import type { CallTool, ToolFailure, ToolReply } from './call-tool.ts';
import type { Job } from './job.ts';
import type { ToolCallRecord } from './run-report.ts';

/** Arguments nested deeper than this are refused: validators and serialisers of others recurse. */
const MAX_ARGS_DEPTH = 100;

interface PendingCall {
  readonly tool: Tool;
  readonly startedMs: number;
}

interface WaitingCall {
  readonly id: number;
  readonly tool: Tool;
  readonly args: JsonObject;
  readonly argsBytes: number;
}

export class ToolCalls {
  readonly #job: Job;
  readonly #callTool: CallTool;
  readonly #reply: (id: number, reply: ToolReply) => void;
  readonly #log: Log;
  readonly #abort = new AbortController();
  readonly #pending = new Map<number, PendingCall>();
  readonly #waiting: WaitingCall[] = [];
  readonly #records: ToolCallRecord[] = [];
  /** The tool of each call that was made, in the order of their ids, which start at 1. */
  readonly #tools: Tool[] = [];
  #inFlight = 0;
  #isOver = false;

  constructor(job: Job, callTool: CallTool, log: Log, reply: (id: number, reply: ToolReply) => void) {
    this.#job = job;
    this.#callTool = callTool;
    this.#log = log;
    this.#reply = reply;
  }

  /** Calls that the program has made so far, refused ones included. */
  get made(): number {
    return this.#tools.length;
  }

  toolOf(id: number): Tool | undefined {
    return this.#tools[id - 1];
  }

  /**
   * Takes a call as the sandbox claims it. False where no honest runtime can have sent it: an id out of order, or a
   * tool that was never granted. Whatever else is wrong with the call is the program's to hear, as a ToolFailure.
   */
  accept(id: number, serverAt: number, toolAt: number, argsText: string): boolean {
    const tool = this.#job.catalog.servers[serverAt]?.tools[toolAt];
    if (tool === undefined || id !== this.made + 1) return false;
    this.#tools.push(tool);
    this.#pending.set(id, { tool, startedMs: nowMs() });
    const { limits } = this.#job;
    if (id > limits.toolCalls) this.#settle(id, failed('budget-spent', budgetMessage(limits)));
    else this.#acceptArgs(id, tool, argsText);
    return true;
  }

  /** Ends every call that is still open: nothing more leaves, and nothing that comes back is passed on. */
  abort(reason: () => unknown, pendingCode: 'unawaited-tool-call' | 'cancelled'): readonly number[] {
    const open = [...this.#pending.keys()];
    for (const id of open) this.#record(id, pendingCode);
    this.#waiting.length = 0;
    // What nobody waits for costs no listeners and no stack.
    this.#isOver = true;
    if (open.length > 0) this.#abort.abort(reason());
    return open;
  }

  get records(): readonly ToolCallRecord[] {
    return this.#records;
  }

  #acceptArgs(id: number, tool: Tool, argsText: string): void {
    const { argsBytes } = this.#job.limits;
    const size = Buffer.byteLength(argsText);
    const args = size > argsBytes ? undefined : parseJson(argsText);
    if (size > argsBytes) {
      this.#settle(
        id,
        failed('invalid-arguments', `The arguments have ${size} bytes; the limit argsBytes is ${argsBytes}.`),
      );
    } else if (!isJsonObject(args)) {
      this.#settle(
        id,
        failed('invalid-arguments', 'A tool takes one object of named arguments, such as { name: value }.'),
      );
    } else if (depthOf(args, MAX_ARGS_DEPTH + 1) > MAX_ARGS_DEPTH) {
      this.#settle(
        id,
        failed('invalid-arguments', `The arguments are nested more than ${MAX_ARGS_DEPTH} levels deep.`),
      );
    } else {
      this.#waiting.push({ id, tool, args, argsBytes: size });
      this.#dispatch();
    }
  }

  #dispatch(): void {
    while (this.#inFlight < this.#job.limits.toolCallsInFlight) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#inFlight += 1;
      void this.#perform(next).then((reply) => {
        this.#inFlight -= 1;
        if (this.#isOver) return;
        this.#settle(next.id, reply);
        this.#dispatch();
      });
    }
  }

  /** Never rejects: what the tool room throws is logged in full and told to the program without details of ours. */
  async #perform({ tool, args, argsBytes }: WaitingCall): Promise<ToolReply> {
    const { runId, onProgress } = this.#job;
    try {
      const call = { runId, tool, args, argsBytes, ...(onProgress === undefined ? {} : { onProgress }) };
      return await this.#callTool(call, this.#abort.signal);
    } catch (thrown) {
      if (this.#abort.signal.aborted) return failed('upstream-error', 'The call was cancelled.');
      this.#log.error({ err: thrown, runId, server: tool.server, tool: tool.name }, 'tool call failed within Codeloom');
      return failed('upstream-error', thrown instanceof Fault ? thrown.message : 'The call could not be made.');
    }
  }

  #settle(id: number, reply: ToolReply): void {
    this.#record(id, reply.kind === 'failure' ? reply.failure.code : undefined);
    this.#reply(id, reply);
  }

  #record(id: number, code: ToolCallRecord['code']): void {
    const call = this.#pending.get(id);
    if (call === undefined) return;
    this.#pending.delete(id);
    const { server, name } = call.tool;
    const record = { server, tool: name, ms: elapsedMs(call.startedMs), ok: code === undefined };
    this.#records.push(code === undefined ? record : { ...record, code });
  }
}

function failed(code: ToolFailure['code'], message: string): ToolReply {
  return { kind: 'failure', failure: { code, message, retryable: false } };
}

function budgetMessage({ toolCalls }: Limits): string {
  return `This run has made its ${toolCalls} tool calls (limit toolCalls); make fewer, larger calls or split the work over several runs.`;
}
