/**
 * A run that ended, as those hear of it who count runs and write them down. Called by the spine for every run, once.
 */
import { toFault } from './base/fault.ts';
import type { RunHappening } from './base/gate/happening.ts';
import type { Execution } from './guard/guard.ts';
import type { Outcome } from './outcome.ts';

/** Sizes in bytes. */
export interface RunSizes {
  readonly codeBytes: number;
  readonly resultBytes: number;
}

export function describeRun(execution: Execution, outcome: Outcome, sizes: RunSizes): RunHappening {
  const { kind, runId, engine, toolCalls, timings } = outcome;
  return {
    kind: 'run',
    ...execution,
    runId,
    engine,
    outcome: kind,
    ms: timings.totalMs,
    timings: { ...timings },
    toolCalls: toolCalls.length,
    ...sizes,
  };
}

/** One that came to no outcome. It has no id that anybody has seen. */
export function describeFailedRun(execution: Execution, thrown: unknown, codeBytes: number, ms: number): RunHappening {
  const outcome = toFault(thrown).code;
  return { kind: 'run', ...execution, outcome, ms, toolCalls: 0, codeBytes, resultBytes: 0 };
}
