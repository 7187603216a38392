/**
 * What the gate has refused: told to those who listen, and counted by the limit that was in the way. Made by guard.ts.
 */
import type { Caller } from '../base/gate/caller.ts';
import type { Tell } from '../base/gate/happening.ts';
import type { LimitName } from '../base/limits.ts';
import { GuardRefusal } from './refusal.ts';

export interface Refusals {
  /** Notes a refusal that the work comes to, and passes it on. `what` was asked for, as in `run run_js`. */
  heard<Value>(caller: Caller, what: string, work: () => Promise<Value>): Promise<Value>;
  note(caller: Caller, what: string, refusal: GuardRefusal): void;
  readonly counts: ReadonlyMap<LimitName, number>;
}

export function createRefusals(tell: Tell): Refusals {
  const counts = new Map<LimitName, number>();
  const note: Refusals['note'] = (caller, what, { message, details }) => {
    counts.set(details.limit, (counts.get(details.limit) ?? 0) + 1);
    tell({ kind: 'denial', caller, what, reason: message });
  };
  return {
    note,
    counts,
    async heard(caller, what, work) {
      try {
        return await work();
      } catch (thrown) {
        if (thrown instanceof GuardRefusal) note(caller, what, thrown);
        throw thrown;
      }
    },
  };
}
