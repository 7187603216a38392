/**
 * The gate of the process: every execution and every tool call, of a program or direct, passes here and nowhere else.
 * Made by src/main.ts; asked by the spine before it does any work, and by whoever calls upstreams directly.
 */

import { elapsedMs, nowMs } from '../base/deadline.ts';
import type { Caller } from '../base/gate/caller.ts';
import type { Tell } from '../base/gate/happening.ts';
import type { Limits } from '../base/limits.ts';
import type { CallTool, ToolReply } from '../run/call-tool.ts';
import { createAdmission } from './admission.ts';

/** Who executes what, as far as the gate has to know. */
export interface Execution {
  readonly caller: Caller;
  readonly workspace: string;
  /** The name under which it was asked for: `run_js`, or a tool's own. */
  readonly tool: string;
}

export interface Guard {
  /**
   * Does the work when there is a place for it. Rejects with Fault POOL_SATURATED, with `signal.reason` where that aborts
   * before the work has begun, or as the work does: work that has begun ends by itself.
   */
  admit<Value>(execution: Execution, signal: AbortSignal, work: () => Promise<Value>): Promise<Value>;
  /** The gate for the tool calls of one caller. */
  callsOf(caller: Caller): CallTool;
  metrics(): GuardMetrics;
}

export interface GuardMetrics {
  readonly running: number;
  readonly queued: number;
}

export interface GuardParts {
  readonly limits: Limits;
  /** What lies behind the gate. */
  readonly callTool: CallTool;
  readonly tell: Tell;
}

export function createGuard({ limits, callTool, tell }: GuardParts): Guard {
  const admission = createAdmission(limits);
  return {
    admit: (_execution, signal, work) => admission.admit(signal, work),
    callsOf: (caller) => toldCalls(callTool, caller, tell),
    metrics: () => ({ running: admission.running, queued: admission.queued }),
  };
}

/** The same calls, each told when it has ended. */
function toldCalls(callTool: CallTool, caller: Caller, tell: Tell): CallTool {
  return async (call, signal) => {
    const startedMs = nowMs();
    const { runId, tool, argsBytes = 0 } = call;
    const ended = (end: { readonly ok: boolean; readonly code?: string; readonly resultBytes: number }) => {
      const ms = elapsedMs(startedMs);
      tell({ kind: 'tool-call', caller, runId, server: tool.server, tool: tool.name, argsBytes, ms, ...end });
    };
    try {
      const reply = await callTool(call, signal);
      ended(endOf(reply));
      return reply;
    } catch (thrown) {
      ended({ ok: false, code: signal.aborted ? 'cancelled' : 'fault', resultBytes: 0 });
      throw thrown;
    }
  };
}

function endOf(reply: ToolReply) {
  if (reply.kind === 'failure') return { ok: false, code: reply.failure.code, resultBytes: 0 };
  return { ok: true, resultBytes: reply.bytes ?? 0 };
}
