/**
 * Makes the outcome of one run out of what the stages came to, with everything brought back to the agent's own lines.
 * Used by src/execute-program.ts alone.
 */
import { elapsedMs, nowMs } from '../base/deadline.ts';
import { Fault } from '../base/fault.ts';
import type { LimitName } from '../base/limits.ts';
import type { Bundle } from '../compile/bundle.ts';
import type { Diagnostic } from '../compile/diagnostics.ts';
import { locate, locateError } from '../compile/locate-error.ts';
import { findNeverReturned } from '../compile/mistakes/never-returned.ts';
import { findNoNetwork } from '../compile/mistakes/no-network.ts';
import type { Engine } from '../engine/engine.ts';
import { limitMessage } from '../run/limit-message.ts';
import type { RunEnd, RunReport, UnawaitedCall, UncaughtError } from '../run/run-report.ts';
import type { Outcome, OutcomeError, OutcomeKind } from './outcome.ts';

/** Why a program was not run. */
export interface Refusal {
  readonly kind: 'type-error' | 'bundle-error';
  readonly diagnostics: readonly Diagnostic[];
}

export class OutcomeDraft {
  readonly runId: string;
  readonly timings = { connectMs: 0, typecheckMs: 0, bundleMs: 0, startMs: 0, runMs: 0 };
  readonly #startedMs = nowMs();
  readonly #engine: Engine;

  constructor(engine: Engine, runId: string) {
    this.#engine = engine;
    this.runId = runId;
  }

  refused({ kind, diagnostics }: Refusal): Outcome {
    return { ...this.#outcome(kind), diagnostics };
  }

  /** A limit that was met before there was a run. */
  exceeded(limit: LimitName, value: number, needed: number): Outcome {
    const message = limitMessage(limit, value, needed);
    return { ...this.#outcome('limit-exceeded'), error: { name: 'LimitExceeded', message, limit, value } };
  }

  cancelled({ reason }: AbortSignal): Outcome {
    const message = reason instanceof Fault ? reason.message : 'The request was cancelled.';
    return { ...this.#outcome('cancelled'), error: { name: 'Cancelled', message } };
  }

  ended(report: RunReport, bundle: Bundle): Outcome {
    const { end, logs, toolCalls, truncated, artifacts, unawaited, uncaught } = report;
    Object.assign(this.timings, { startMs: report.startMs, runMs: report.runMs });
    const error = errorOf(end, bundle);
    const located = uncaught.map(({ from, error }) => ({ from, error: locateError(bundle, error) }));
    const diagnostics = [
      ...(this.#engine.name === 'docker' ? findNoNetwork([error, ...located.map((each) => each.error)]) : []),
      ...located.map(describeUncaught),
      ...unawaited.map((call) => describeUnawaited(call, bundle)),
      ...(end.kind === 'completed' && end.result === undefined ? findNeverReturned(bundle.program) : []),
    ];
    return {
      ...this.#outcome(end.kind),
      ...(end.kind === 'completed' && end.result !== undefined ? { result: end.result } : {}),
      ...(error === undefined ? {} : { error }),
      ...(diagnostics.length === 0 ? {} : { diagnostics }),
      logs,
      toolCalls,
      ...(truncated === undefined ? {} : { truncated }),
      ...(artifacts === undefined ? {} : { artifacts }),
    };
  }

  #outcome(kind: OutcomeKind): Outcome {
    const { name: engine, isolation } = this.#engine;
    const timings = { ...this.timings, totalMs: elapsedMs(this.#startedMs) };
    return { kind, runId: this.runId, logs: [], toolCalls: [], engine, isolation, timings };
  }
}

function errorOf(end: RunEnd, bundle: Bundle): OutcomeError | undefined {
  switch (end.kind) {
    case 'completed':
      return undefined;
    case 'program-threw':
      return locateError(bundle, end.error);
    case 'limit-exceeded':
      return { name: 'LimitExceeded', message: end.message, limit: end.limit, value: end.value };
    case 'cancelled':
      return { name: 'Cancelled', message: end.message };
  }
}

function describeUncaught({ from, error }: { from: UncaughtError['from']; error: OutcomeError }): Diagnostic {
  const { name, message, line = 1, column = 1 } = error;
  const said = `${name}: ${message}`;
  if (from === 'timer') {
    const hint = 'Catch it there: a timer has nobody to tell, and the program goes on.';
    return { line, column, code: 'uncaught-error', message: `A timer's callback threw ${said}`, hint };
  }
  const hint = 'Put `await` before the call that failed, or `return` its promise, so that the error is heard.';
  return {
    line,
    column,
    code: 'unhandled-rejection',
    message: `A promise that nothing awaits was rejected: ${said}`,
    hint,
  };
}

function describeUnawaited({ server, tool, stack, isAborted }: UnawaitedCall, bundle: Bundle): Diagnostic {
  const { line, column } = locate(bundle, stack) ?? { line: 1, column: 1 };
  const fate = isAborted ? ', and was aborted' : ': its result never reached the program';
  return {
    line,
    column,
    code: 'unawaited-tool-call',
    message: `The call of ${server}.${tool} was still pending when the program returned${fate}.`,
    hint: 'Put `await` before it, or collect such calls and await Promise.all of them.',
  };
}
