/**
 * When an upstream that failed may be tried again. The first retry comes at once, so that a server that crashed once
 * is not noticed; then the wait doubles up to half a minute, with jitter so that many clients do not come back in step.
 */
import { nowMs } from '../../base/deadline.ts';

const FIRST_WAIT_MS = 250;
const MAX_WAIT_MS = 30_000;

export class Backoff {
  readonly #random: () => number;
  #failures = 0;
  #notBeforeMs = 0;

  /** `random` gives numbers from 0 to 1, as Math.random does. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures < 2) return;
    const wait = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures - 2, 16));
    this.#notBeforeMs = nowMs() + wait * (0.5 + this.#random() / 2);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#notBeforeMs = 0;
  }

  /** Milliseconds until the next try is due; 0 where it is due now. */
  get waitMs(): number {
    return Math.max(0, this.#notBeforeMs - nowMs());
  }
}
