/**
 * How long a run waits for a worker of its own before it shares one. Sharing costs more processor time than a short wait,
 * so a run goes on waiting as long as workers come back to the pool: it is the turn of others, and soon its own. Where
 * none comes back, all are with runs that wait for tools, and so would this one. Used by the node engine.
 */
import { nowMs } from '../../base/deadline.ts';
import type { Pool } from '../../pool/pool.ts';

/** Short runs are over sooner than that. */
const STILL_MS = 100;
/** However many come back. */
const MAX_WAIT_MS = 500;
const OUT_OF_PATIENCE = new Error('The run has waited long enough for a worker of its own.');

export class Patience<Item> {
  readonly #pool: Pool<Item>;
  #returnedMs = Number.NEGATIVE_INFINITY;

  constructor(pool: Pool<Item>) {
    this.#pool = pool;
  }

  /** To be called whenever a run has left an item, whatever becomes of that. */
  returned(): void {
    this.#returnedMs = nowMs();
  }

  /** An item of the pool, or undefined where that takes too long. Rejects as `acquire` does. */
  async acquireSoon(owner: string, signal: AbortSignal): Promise<Item | undefined> {
    const waiting = new AbortController();
    const sinceMs = nowMs();
    const cancel = () => waiting.abort(signal.reason);
    signal.addEventListener('abort', cancel, { once: true });
    const look = setInterval(() => {
      if (this.#isStill() || nowMs() - sinceMs >= MAX_WAIT_MS) waiting.abort(OUT_OF_PATIENCE);
    }, STILL_MS);
    try {
      signal.throwIfAborted();
      return await this.#pool.acquire(owner, waiting.signal);
    } catch (error) {
      if (error === OUT_OF_PATIENCE) return undefined;
      throw error;
    } finally {
      clearInterval(look);
      signal.removeEventListener('abort', cancel);
    }
  }

  #isStill(): boolean {
    return nowMs() - this.#returnedMs >= STILL_MS;
  }
}
