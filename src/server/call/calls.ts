/**
 * Every tools/call that is at work in the process, and the drain: new work is refused, running work gets a grace
 * period, what is left then is aborted. Made by serve.ts, passed through by answer-call.ts.
 */
import { Fault } from '../../base/fault.ts';

/** How long aborted work may take to settle before the server goes on without it. */
const SETTLE_MS = 2_000;

export class Calls {
  readonly #running = new Set<Promise<unknown>>();
  readonly #end = new AbortController();
  #isDraining = false;

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Runs the work with a signal that also aborts at the end of the drain. Throws SHUTTING_DOWN once draining. */
  async run<Value>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    if (this.#isDraining) throw shuttingDown();
    const running = work(AbortSignal.any([signal, this.#end.signal]));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Resolves when no work is left, or when aborted work has had its time. A second call joins with its own grace. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    await this.#settled(graceMs);
    this.#end.abort(shuttingDown());
    await this.#settled(SETTLE_MS);
  }

  async #settled(ms: number): Promise<void> {
    if (this.#running.size === 0) return;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, ms);
    try {
      await Promise.race([Promise.allSettled(this.#running), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

export function shuttingDown(): Fault {
  return new Fault('SHUTTING_DOWN', 'Codeloom is shutting down and takes no new work.');
}
