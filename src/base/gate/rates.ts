/**
 * The rates and budgets that the gate holds every caller to: each is a limit of the same name, and a policy may set it
 * otherwise for a subject. Their names, and nothing else, so that whoever reads a policy can tell a name from a slip.
 */
import type { LimitName } from '../limits.ts';

export const RATE_NAMES = [
  'runsPerMinute',
  'toolRunsPerMinute',
  'toolCallsPerMinute',
  'runMsPerHour',
] as const satisfies readonly LimitName[];
export type RateName = (typeof RATE_NAMES)[number];

/** For each, 0 sets no bound. */
export type CallerRates = { readonly [Name in RateName]: number };
