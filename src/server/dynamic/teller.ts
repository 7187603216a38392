/**
 * Tells listeners that something changed: the first time at once, and what comes within a moment after it together, since
 * every client that hears of it asks for the whole list. Made by dynamic-listing.ts.
 */

const PAUSE_MS = 100;

export class Teller {
  readonly #listeners = new Set<() => void>();
  /** Runs after listeners were told. */
  #pause: NodeJS.Timeout | undefined;
  #isUntold = false;

  /** The same function twice is one listener. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(): void {
    this.#isUntold = true;
    if (this.#pause === undefined) this.#tell();
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#listeners.clear();
  }

  #tell(): void {
    this.#pause = undefined;
    if (!this.#isUntold) return;
    this.#isUntold = false;
    this.#pause = setTimeout(() => this.#tell(), PAUSE_MS).unref();
    for (const listener of [...this.#listeners]) listener();
  }
}
