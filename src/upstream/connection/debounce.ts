/**
 * Many calls, few runs: work that follows a burst of notifications, once shortly after the first of them, never twice
 * at the same time and never more often than once in a while. Keeps no process alive.
 */

export interface DebounceOptions {
  readonly delayMs: number;
  /** From the end of one run to the start of the next. */
  readonly restMs: number;
}

export class Debounce {
  readonly #work: () => Promise<void>;
  readonly #options: DebounceOptions;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isWanted = false;
  #isClosed = false;

  /** `work` must not reject. */
  constructor(work: () => Promise<void>, options: DebounceOptions) {
    this.#work = work;
    this.#options = options;
  }

  trigger(): void {
    this.#isWanted = true;
    this.#schedule(this.#options.delayMs);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    if (this.#isClosed || this.#isRunning || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#run(), ms).unref();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#isWanted = false;
    await this.#work();
    this.#isRunning = false;
    this.#timer = undefined;
    // The rest is kept even where nothing is wanted yet: a trigger that comes meanwhile waits for its end.
    this.#timer = this.#isClosed ? undefined : setTimeout(() => this.#rested(), this.#options.restMs).unref();
  }

  #rested(): void {
    this.#timer = undefined;
    if (this.#isWanted) void this.#run();
  }
}
