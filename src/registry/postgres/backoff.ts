/** How long to wait before the next try: doubling, with jitter so that many instances do not come back in step. */
const FIRST_MS = 50;

/** `failures` from 1. */
export function backoffMs(failures: number, maxMs: number): number {
  return Math.min(maxMs, FIRST_MS * 2 ** Math.min(failures - 1, 16)) * (0.5 + Math.random() / 2);
}
