/**
 * The gate that every run passes: so many at a time, so many more in a queue, and a refusal that says when to come
 * back for the rest. Made by src/main.ts, called by the spine before it does any work.
 */
import PQueue from 'p-queue';
import { Fault } from '../base/fault.ts';
import type { Limits } from '../base/limits.ts';

export interface Admission {
  /** Does the work when there is a place. Rejects with Fault POOL_SATURATED, with `signal.reason`, or as the work does. */
  admit<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value>;
  readonly running: number;
  readonly queued: number;
}

export function createAdmission({ concurrentRuns, queuedRuns }: Limits): Admission {
  const queue = new PQueue({ concurrency: concurrentRuns });
  return {
    async admit(signal, work) {
      signal.throwIfAborted();
      if (queue.pending >= concurrentRuns && queue.size >= queuedRuns) {
        const waiting = `${queue.pending} runs are under way and ${queue.size} wait`;
        throw new Fault('POOL_SATURATED', `${waiting} (limits concurrentRuns and queuedRuns); try again in a moment.`);
      }
      return queue.add(work, { signal });
    },
    get running() {
      return queue.pending;
    },
    get queued() {
      return queue.size;
    },
  };
}
