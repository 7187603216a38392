/**
 * What the gate is doing, as one plain value: shown by `system.guard_metrics`, by the resource of the same, and counted by
 * whoever exports metrics. Made by guard.ts. Its size is bounded, and it holds no secret; subjects are names, not tokens.
 */
import type { CallerRates } from '../base/gate/rates.ts';
import type { LimitName, Limits } from '../base/limits.ts';
import type { Admission, SubjectLoad } from './places/admission.ts';
import type { RatesDatabase } from './rates/rates-database.ts';

type GateLimit = 'concurrentRuns' | 'queuedRuns' | 'callerRuns' | 'concurrentChecks' | 'queuedChecks';

export interface GuardMetrics {
  readonly running: number;
  readonly queued: number;
  /** Programs that are only checked. */
  readonly checks: { readonly running: number; readonly queued: number };
  /** How often each limit was in the way since the start. */
  readonly refused: { readonly [Name in LimitName]?: number };
  readonly limits: Pick<Limits, GateLimit>;
  /** Of whom no policy says otherwise; 0 sets no bound. */
  readonly rates: CallerRates;
  /** Where rates are counted: `database` for all instances together, `instance` while that is away or there is none. */
  readonly counted: 'instance' | 'database';
  /** Who has most to do here now, the first few. */
  readonly callers: readonly SubjectLoad[];
}

interface MetricsParts {
  readonly limits: Limits;
  readonly runs: Admission;
  readonly checks: Admission;
  readonly refused: ReadonlyMap<LimitName, number>;
  readonly rates: CallerRates;
  readonly database: RatesDatabase | undefined;
}

const SHOWN_CALLERS = 10;

export function guardMetrics({ limits, runs, checks, refused, rates, database }: MetricsParts): GuardMetrics {
  const { concurrentRuns, queuedRuns, callerRuns, concurrentChecks, queuedChecks } = limits;
  const byLoad = (one: SubjectLoad, other: SubjectLoad) => other.running + other.queued - (one.running + one.queued);
  return {
    running: runs.running,
    queued: runs.queued,
    checks: { running: checks.running, queued: checks.queued },
    refused: Object.fromEntries(refused),
    limits: { concurrentRuns, queuedRuns, callerRuns, concurrentChecks, queuedChecks },
    rates: { ...rates },
    counted: database?.isReached === true ? 'database' : 'instance',
    callers: runs.loads().toSorted(byLoad).slice(0, SHOWN_CALLERS),
  };
}
