/**
 * The gate that every run passes: so many at a time, so many more in a queue, and a refusal that says when to come
 * back for the rest. Made by src/main.ts, called by the spine before it does any work.
 */
import PQueue from 'p-queue';
import { Fault } from '../base/fault.ts';
import type { Limits } from '../base/limits.ts';

export interface Admission {
  /**
   * Does the work when there is a place. Rejects with Fault POOL_SATURATED, with `signal.reason` where that aborts before
   * the work has begun, or as the work does: work that has begun ends by itself, and has its place until it has.
   */
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
      return addWaiting(queue, signal, work);
    },
    get running() {
      return queue.pending;
    },
    get queued() {
      return queue.size;
    },
  };
}

/** The queue's own signal would answer for work that has begun, and give its place away while it is still ending. */
async function addWaiting<Value>(queue: PQueue, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  const waiting = new AbortController();
  const leave = () => waiting.abort(signal.reason);
  const stay = () => signal.removeEventListener('abort', leave);
  signal.addEventListener('abort', leave, { once: true });
  const begin = () => {
    stay();
    return work();
  };
  try {
    return await queue.add(begin, { signal: waiting.signal });
  } finally {
    stay();
  }
}
