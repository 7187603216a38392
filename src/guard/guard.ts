/**
 * The gate of the process: every execution and every tool call, of a program or direct, passes here and nowhere else.
 * Made by src/main.ts; asked by the spine before it does any work, and by whoever calls upstreams directly. Whatever it
 * refuses it tells, and says which limit was in the way, its value, and when to come back.
 */

import type { Caller } from '../base/gate/caller.ts';
import type { Tell } from '../base/gate/happening.ts';
import type { CallerRates } from '../base/gate/rates.ts';
import type { Limits } from '../base/limits.ts';
import type { CallTool } from '../run/call-tool.ts';
import { type GuardMetrics, guardMetrics } from './guard-metrics.ts';
import { allowedCalls, type CallCount, countedCalls, toldCalls } from './guarded-calls.ts';
import { Admission, type AdmissionOptions, type Asked, type Work } from './places/admission.ts';
import type { Policy } from './policy/policy.ts';
import { createRatesOf, usualRates } from './rates/caller-rates.ts';
import { createMeters } from './rates/meters.ts';
import type { RatesDatabase } from './rates/rates-database.ts';
import { createThrottle, hasRates, type Throttle } from './rates/throttle.ts';
import { createRefusals } from './refusals.ts';

/** Who executes what, as far as the gate has to know. */
export interface Execution {
  readonly caller: Caller;
  readonly workspace: string;
  /** The name under which it was asked for: `run_js`, or a tool's own. */
  readonly tool: string;
  /** Aborts when whoever asked has gone, and cannot be told what it came to. */
  readonly gone?: AbortSignal;
}

/**
 * Does the work when there is a place and it is the caller's turn. Rejects with Fault POOL_SATURATED or RATE_LIMITED, with
 * `signal.reason` where that aborts before the work has begun, or as the work does: work that has begun ends by itself. Its
 * own signal aborts where the other does, and where whoever asked has gone and somebody else needs the place.
 */
export type InPlace = <Value>(signal: AbortSignal, work: Work<Value>) => Promise<Value>;

export interface Guard {
  /**
   * Does the work where the caller's rates allow it, and hands it the way to a place. Rejects with Fault RATE_LIMITED, or
   * as the work does.
   */
  admit<Value>(execution: Execution, work: (inPlace: InPlace) => Promise<Value>): Promise<Value>;
  /** For what executes nothing, such as checking a program: in places of its own, and without rates. */
  check<Value>(execution: Execution, signal: AbortSignal, work: () => Promise<Value>): Promise<Value>;
  /** For what has places elsewhere, such as a command in a sandbox: it only has to keep to the caller's rates. */
  count<Value>(execution: Execution, work: () => Promise<Value>): Promise<Value>;
  /** The gate for the tool calls of one caller. */
  callsOf(caller: Caller): CallTool;
  /** What callers may do; absent where everybody may do everything. */
  readonly policy?: Policy;
  metrics(): GuardMetrics;
  close(): Promise<void>;
}

export interface GuardParts {
  readonly limits: Limits;
  /** What lies behind the gate. */
  readonly callTool: CallTool;
  readonly tell: Tell;
  readonly policy?: Policy;
  /** Where many instances count together; without it, each counts for itself. The gate closes it. */
  readonly database?: RatesDatabase;
}

export function createGuard({ limits, callTool, tell, policy, database }: GuardParts): Guard {
  const [runs, checks] = [new Admission(placesOfRuns(limits)), new Admission(placesOfChecks(limits))];
  const throttle = createThrottle(createMeters(database));
  const ratesOf = createRatesOf(limits, policy?.ratesOf);
  const refusals = createRefusals(tell);
  const metered = <Value>(execution: Execution, begin: (timed: Timed) => Promise<Value>): Promise<Value> => {
    const { caller, tool } = execution;
    return refusals.heard(caller, `run ${tool}`, () => meter(throttle, ratesOf(caller), execution, begin));
  };
  return {
    admit: (execution, work) =>
      metered(execution, (timed) =>
        work((signal, inPlace) => runs.admit(turnOf(execution), signal, (either) => timed(() => inPlace(either)))),
      ),
    check: (execution, signal, work) =>
      refusals.heard(execution.caller, `check ${execution.tool}`, () => checks.admit(turnOf(execution), signal, work)),
    count: (execution, work) => metered(execution, (timed) => timed(work)),
    callsOf: (caller) => {
      const note: CallCount['note'] = (refusal, what) => refusals.note(caller, what, refusal);
      const counted = countedCalls(callTool, caller, { rates: ratesOf(caller), throttle, note });
      return toldCalls(allowedCalls(counted, caller, policy), caller, tell);
    },
    ...(policy === undefined ? {} : { policy }),
    metrics: () =>
      guardMetrics({ limits, runs, checks, refused: refusals.counts, rates: usualRates(limits), database }),
    close: async () => database?.close(),
  };
}

/** Starts work on the time of whoever asked. */
type Timed = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Nothing is counted of whom there are no rates for. */
async function meter<Value>(
  throttle: Throttle,
  rates: CallerRates,
  { caller: { subject }, tool }: Execution,
  begin: (timed: Timed) => Promise<Value>,
): Promise<Value> {
  if (!hasRates(rates)) return begin((work) => work());
  await throttle.countRun(subject, tool, rates);
  return begin((work) => throttle.onTimeOf(subject, rates, work));
}

function turnOf({ caller: { subject }, workspace, gone }: Execution): Asked {
  return { subject, workspace, ...(gone === undefined ? {} : { gone }) };
}

function placesOfRuns({ concurrentRuns, queuedRuns, callerRuns }: Limits): AdmissionOptions {
  return {
    what: 'run',
    places: { limit: 'concurrentRuns', value: concurrentRuns },
    waiting: { limit: 'queuedRuns', value: queuedRuns },
    placesOfOne: callerRuns,
  };
}

function placesOfChecks({ concurrentChecks, queuedChecks }: Limits): AdmissionOptions {
  return {
    what: 'check',
    places: { limit: 'concurrentChecks', value: concurrentChecks },
    waiting: { limit: 'queuedChecks', value: queuedChecks },
    // One is left for somebody else: a check may have to wait for an upstream that does not answer.
    placesOfOne: Math.max(1, concurrentChecks - 1),
  };
}
