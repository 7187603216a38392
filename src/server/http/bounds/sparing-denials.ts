/**
 * Denials of requests that showed no good token, told one by one as far as anybody could read them, and beyond that as a
 * number. Whoever can connect can make them, and the audit trail keeps so many files: told one by one, a flood would push
 * out of it what others did. Made by the ways in (../access/), for what they refuse.
 */
import { nowMs } from '../../../base/deadline.ts';
import type { DenialHappening, Tell } from '../../../base/gate/happening.ts';

const WINDOW_MS = 60_000;
const TOLD_ONE_BY_ONE = 60;

export interface SparingDenials {
  tell(denial: DenialHappening): void;
  /** Tells what was only counted. */
  close(): void;
}

export function createSparingDenials(tell: Tell, now: () => number = nowMs): SparingDenials {
  let windowEndMs = Number.NEGATIVE_INFINITY;
  let told = 0;
  let untold = 0;
  let last: DenialHappening | undefined;
  let timer: NodeJS.Timeout | undefined;
  const endWindow = () => {
    clearTimeout(timer);
    if (last !== undefined) tell({ ...last, reason: `${untold} more in a minute, the last of them: ${last.reason}` });
    [told, untold, last] = [0, 0, undefined];
  };
  return {
    tell(denial) {
      if (now() >= windowEndMs) {
        endWindow();
        windowEndMs = now() + WINDOW_MS;
      }
      if (told < TOLD_ONE_BY_ONE) {
        told += 1;
        return tell(denial);
      }
      if (last === undefined) timer = setTimeout(endWindow, Math.max(0, windowEndMs - now())).unref();
      [untold, last] = [untold + 1, denial];
    },
    close: endWindow,
  };
}
