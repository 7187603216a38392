/**
 * A run that ended, as those hear of it who count runs and write them down. Called by the spine for every run, once.
 */
import { toFault } from '../base/fault.ts';
import type { RunHappening } from '../base/gate/happening.ts';
import type { Execution } from '../guard/guard.ts';
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

/** One that came to no outcome; the tool calls that it made nevertheless have its id, too. */
export function describeFailedRun(
  execution: Execution,
  thrown: unknown,
  run: Pick<RunHappening, 'codeBytes' | 'ms'> & { readonly runId: string },
): RunHappening {
  return { kind: 'run', ...execution, ...run, outcome: toFault(thrown).code, toolCalls: 0, resultBytes: 0 };
}
