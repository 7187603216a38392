/** Holds claims against what was measured. Used by run-case.ts in the process of the case, where the pairs were timed. */
import type { Claim, Term } from './bench-case.ts';
import { rounded } from './statistics.ts';

/** A claim with its value, in one round or as the median of rounds. */
export interface Finding {
  readonly name: string;
  readonly value: number;
  /** `×` for a quotient, else the unit of the series. */
  readonly unit: string;
  readonly bound?: 'at most' | 'at least';
  readonly target?: number;
  readonly isMet?: boolean;
  readonly goal?: number;
  readonly isGoalMet?: boolean;
}

/** `p50` gives the median of a series; it throws for one that was not recorded. */
export function judge(claim: Claim, p50: (series: string) => number, unit: string): Finding {
  const sum = (terms: readonly Term[]) =>
    terms.reduce((total, term) => {
      const { series, times } = typeof term === 'string' ? { series: term, times: 1 } : term;
      return total + p50(series) * times;
    }, 0);
  const value = rounded(claim.to === undefined ? sum(claim.of) : sum(claim.of) / sum(claim.to));
  return withVerdict({ name: claim.name, value, unit: claim.to === undefined ? unit : '×' }, claim);
}

/** The finding with its bound, and whether its value keeps it. */
export function withVerdict(
  { name, value, unit }: Pick<Finding, 'name' | 'value' | 'unit'>,
  { bound = 'at most', target, goal }: Pick<Claim, 'bound' | 'target' | 'goal'>,
): Finding {
  const keeps = (limit: number) => (bound === 'at most' ? value <= limit : value >= limit);
  return {
    name,
    value,
    unit,
    ...(target === undefined && goal === undefined ? {} : { bound }),
    ...(target === undefined ? {} : { target, isMet: keeps(target) }),
    ...(goal === undefined ? {} : { goal, isGoalMet: keeps(goal) }),
  };
}
