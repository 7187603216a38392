/**
 * What the gate refuses, as a fault with the three things that help: which limit, its value, and when to come back. Made in
 * this room only; shown by whoever renders faults.
 */
import { Fault, type FaultCode } from '../base/fault.ts';
import type { LimitName } from '../base/limits.ts';

export interface RefusalDetails {
  readonly limit: LimitName;
  readonly value: number;
  readonly retryAfterSeconds: number;
}

export class GuardRefusal extends Fault {
  readonly details: RefusalDetails;

  constructor(code: Extract<FaultCode, 'POOL_SATURATED' | 'RATE_LIMITED'>, message: string, details: RefusalDetails) {
    super(code, message);
    this.details = details;
  }
}

/** Whole seconds, at least one. */
export function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}

/** A rate or a budget is spent until its window ends; `words` say what of it. */
export function rateLimited(limit: LimitName, value: number, leftMs: number, words: string): GuardRefusal {
  const retryAfterSeconds = secondsOf(leftMs);
  const message = `${words} (limit ${limit}); try again in ${retryAfterSeconds} s.`;
  return new GuardRefusal('RATE_LIMITED', message, { limit, value, retryAfterSeconds });
}
