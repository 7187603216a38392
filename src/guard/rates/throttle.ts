/**
 * Rates and budgets of callers: may this one start a run, make a tool call, now. Made and asked by guard.ts. A caller is a
 * subject, whatever sessions and workspaces it has. Where a caller has no rates, nothing is counted and nothing waited for.
 */
import { type CallerRates, RATE_NAMES, type RateName } from '../../base/gate/rates.ts';
import { contentHash } from '../../base/json.ts';
import { type GuardRefusal, rateLimited } from '../refusal.ts';
import type { Meters } from './meters.ts';
import { TimeBudget } from './time-budget.ts';

/** All of them refuse with RATE_LIMITED. */
export interface Throttle {
  /** Counts a run; `tool` is the name under which it was asked for. Rejects where a rate or the time is spent. */
  countRun(subject: string, tool: string, rates: CallerRates): Promise<void>;
  /** Counts a tool call, and resolves with the refusal where the rate is spent. */
  countCall(subject: string, rates: CallerRates): Promise<GuardRefusal | undefined>;
  /** Does the work on the caller's time. Rejects where none is left; work that has begun is not ended by that. */
  onTimeOf<Value>(subject: string, rates: CallerRates, work: () => Promise<Value>): Promise<Value>;
}

export function hasRates(rates: CallerRates): boolean {
  return RATE_NAMES.some((name) => rates[name] > 0);
}

export function createThrottle(meters: Meters): Throttle {
  const budget = new TimeBudget(meters);
  const use = async (rate: RateName, value: number, key: string, words: string) => {
    if (value === 0) return undefined;
    const { isOver, leftMs } = await meters.use(rate, key, value, 1);
    return isOver ? rateLimited(rate, value, leftMs, words) : undefined;
  };
  return {
    async countRun(subject, tool, { toolRunsPerMinute: ofTool, runsPerMinute: ofAll, runMsPerHour: timeMs }) {
      // The narrower first: whoever overdoes it with one tool still has the others.
      const refusal =
        (await use('toolRunsPerMinute', ofTool, contentHash(subject, tool), started(ofTool, ` of ${tool}`))) ??
        (await use('runsPerMinute', ofAll, contentHash(subject), started(ofAll, ''))) ??
        (timeMs === 0 ? undefined : await budget.refusal(subject, timeMs));
      if (refusal !== undefined) throw refusal;
    },
    countCall: (subject, { toolCallsPerMinute: value }) =>
      use(
        'toolCallsPerMinute',
        value,
        contentHash(subject),
        `This caller has made the ${value} tool calls of a minute`,
      ),
    async onTimeOf(subject, { runMsPerHour: timeMs }, work) {
      if (timeMs === 0) return work();
      // Again: it may have waited for its place, and others have run.
      const refusal = await budget.refusal(subject, timeMs);
      if (refusal !== undefined) throw refusal;
      return budget.charge(subject, work);
    },
  };
}

function started(value: number, of: string): string {
  return `This caller has started the ${value} runs${of} of a minute`;
}
