/**
 * Tool calls at the gate: what the policy forbids and what a caller's rate does not leave room for never gets behind it,
 * and every call is told when it has ended. Made by guard.ts for each run, and for each direct call.
 */
import { elapsedMs, nowMs } from '../base/deadline.ts';
import type { Caller } from '../base/gate/caller.ts';
import type { Tell } from '../base/gate/happening.ts';
import type { CallerRates } from '../base/gate/rates.ts';
import type { CallTool, ToolReply } from '../run/call-tool.ts';
import type { Policy } from './policy/policy.ts';
import type { Throttle } from './rates/throttle.ts';
import type { GuardRefusal } from './refusal.ts';

/** The same calls, but for those that the caller may not make, whatever catalog their tool was found in. */
export function allowedCalls(callTool: CallTool, caller: Caller, policy: Policy | undefined): CallTool {
  if (policy === undefined) return callTool;
  return async (call, signal) => {
    const failure = policy.refuseTool(caller, call.tool);
    return failure === undefined ? callTool(call, signal) : { kind: 'failure', failure };
  };
}

export interface CallCount {
  readonly rates: CallerRates;
  readonly throttle: Throttle;
  readonly note: (refusal: GuardRefusal, what: string) => void;
}

/** The same calls, so many in a minute. */
export function countedCalls(callTool: CallTool, caller: Caller, { rates, throttle, note }: CallCount): CallTool {
  if (rates.toolCallsPerMinute === 0) return callTool;
  return async (call, signal) => {
    const refusal = await throttle.countCall(caller.subject, rates);
    signal.throwIfAborted();
    if (refusal === undefined) return callTool(call, signal);
    note(refusal, `call ${call.tool.server}.${call.tool.name}`);
    const { message, details } = refusal;
    return { kind: 'failure', failure: { code: 'budget-spent', message, retryable: true, details: { ...details } } };
  };
}

/** The same calls, each told when it has ended. */
export function toldCalls(callTool: CallTool, caller: Caller, tell: Tell): CallTool {
  return async (call, signal) => {
    const startedMs = nowMs();
    const { runId, tool, args, argsBytes = 0 } = call;
    const ended = (end: { readonly ok: boolean; readonly code?: string; readonly resultBytes: number }) => {
      const ms = elapsedMs(startedMs);
      tell({ kind: 'tool-call', caller, runId, server: tool.server, tool: tool.name, args, argsBytes, ms, ...end });
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
