/**
 * The rates of one caller: those of the limits, but where a policy sets one otherwise. Called by guard.ts before every run
 * and for every run's tool calls.
 */
import type { Caller } from '../../base/gate/caller.ts';
import { type CallerRates, RATE_NAMES } from '../../base/gate/rates.ts';
import type { Limits } from '../../base/limits.ts';

/** By name of the rate; absent is as the limits have it, 0 sets no bound. */
export type RateOverrides = (caller: Caller) => Readonly<Record<string, number>>;

export function usualRates({
  runsPerMinute,
  toolRunsPerMinute,
  toolCallsPerMinute,
  runMsPerHour,
}: Limits): CallerRates {
  return { runsPerMinute, toolRunsPerMinute, toolCallsPerMinute, runMsPerHour };
}

export function createRatesOf(limits: Limits, overrides?: RateOverrides): (caller: Caller) => CallerRates {
  const usual = usualRates(limits);
  if (overrides === undefined) return () => usual;
  return (caller) => {
    const own = overrides(caller);
    const changed = RATE_NAMES.filter((name) => Object.hasOwn(own, name));
    if (changed.length === 0) return usual;
    return { ...usual, ...Object.fromEntries(changed.map((name) => [name, own[name] ?? usual[name]])) };
  };
}
