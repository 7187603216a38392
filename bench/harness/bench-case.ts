/**
 * What a case of the suite is: something measured in a process of its own, and what is claimed of it. Written by
 * bench/cases/, measured by run-case.ts, judged by judge.ts.
 */

export type Unit = 'ms' | 'MB' | 'per second' | 'count';

/** All samples of one thing that was measured, or a single reading. */
export interface Series {
  readonly name: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
}

/** Something to time. May return `{ overriddenDuration }` in ms where it knows better than the clock around it. */
export interface Task {
  readonly name: string;
  run(): unknown;
}

export interface Plan {
  readonly iterations: number;
  /** Turns before the first that counts; none where the first is what is measured. */
  readonly warmup: number;
}

/** What a case measures with. */
export interface Lab {
  readonly isSmoke: boolean;
  /** The first in a full run, the second in a smoke test, which only shows that the case works. */
  count(full: number, smoke: number): number;
  /** Times the tasks in turns, so that a change of the machine's mood hits all of them; every second round backwards. */
  time(tasks: readonly Task[], plan: Plan): Promise<void>;
  record(name: string, unit: Unit, samples: readonly number[]): void;
  /** The median of a series recorded so far. */
  median(name: string): number;
}

/** The p50 of a series, so many times; a bare name is that once. */
export type Term = string | { readonly series: string; readonly times: number };

/**
 * A quotient of sums of p50, or the sum alone where `to` is absent, and what it should be at most or at least.
 * The target is what this version promises; the goal is where it is going.
 */
export interface Claim {
  readonly name: string;
  readonly of: readonly Term[];
  readonly to?: readonly Term[];
  readonly bound?: 'at most' | 'at least';
  readonly target?: number;
  readonly goal?: number;
}

export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** What is measured beside what, in words with which a stranger can repeat it. */
  readonly about: string;
  readonly claims: readonly Claim[];
  /** Throws NotAvailable where this machine lacks something. */
  measure(lab: Lab): Promise<void>;
}

/** Thrown by a case, or a peer, that cannot be measured here; the message is the reason. */
export class NotAvailable extends Error {
  override readonly name = 'NotAvailable';
}
