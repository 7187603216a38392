/**
 * The time that the runs of a caller may take in an hour. Made and asked by throttle.ts. A run is charged when it has
 * ended, and counts with what it has taken so far until then, so a caller can be over by what its runs under way still take.
 */
import { nowMs } from '../../base/deadline.ts';
import { contentHash } from '../../base/json.ts';
import { type GuardRefusal, rateLimited } from '../refusal.ts';
import type { Meters } from './meters.ts';

interface Running {
  readonly startedMs: number;
  endedMs?: number;
}

export class TimeBudget {
  readonly #meters: Meters;
  /** By subject, until they are charged. */
  readonly #running = new Map<string, Set<Running>>();

  constructor(meters: Meters) {
    this.#meters = meters;
  }

  /** Where none of it is left. */
  async refusal(subject: string, value: number): Promise<GuardRefusal | undefined> {
    // Only asked, nothing is added: of what is allowed, something has to be left.
    const { used, isOver, leftMs } = await this.#meters.use('runMsPerHour', contentHash(subject), value - 1, 0);
    if (!isOver && used + sumMs(this.#running.get(subject)) < value) return undefined;
    return rateLimited('runMsPerHour', value, leftMs, `The runs of this caller have taken the ${value} ms of an hour`);
  }

  /** Does the work, and charges what it took. */
  async charge<Value>(subject: string, work: () => Promise<Value>): Promise<Value> {
    const one: Running = { startedMs: nowMs() };
    const all = this.#running.get(subject) ?? new Set<Running>();
    this.#running.set(subject, all.add(one));
    try {
      return await work();
    } finally {
      one.endedMs = nowMs();
      const forget = () => {
        all.delete(one);
        if (all.size === 0 && this.#running.get(subject) === all) this.#running.delete(subject);
      };
      const ms = Math.ceil(one.endedMs - one.startedMs);
      // Nobody's answer waits for it.
      void this.#meters.add('runMsPerHour', contentHash(subject), ms).then(forget, forget);
    }
  }
}

function sumMs(all: ReadonlySet<Running> = new Set()): number {
  const now = nowMs();
  return [...all].reduce((sum, { startedMs, endedMs = now }) => sum + endedMs - startedMs, 0);
}
