/**
 * Keeps counts from taking memory without bound: so many keys have a count of their own in a window, all beyond share so
 * many more. Used by meters.ts. A caller among those beyond may be refused for another's sake; nobody ever gets more.
 */
import { nowMs } from '../../base/deadline.ts';
import { contentHash } from '../../base/json.ts';

const OWN_KEYS = 10_000;
const SHARED_KEYS = 1_024;

export interface KeyFoldOptions {
  readonly ownKeys?: number;
  readonly sharedKeys?: number;
  readonly now?: () => number;
}

/** The key under which to count. `windowMs` is how long a count lives. */
export function createKeyFold(
  windowMs: number,
  { ownKeys = OWN_KEYS, sharedKeys = SHARED_KEYS, now = nowMs }: KeyFoldOptions = {},
): (key: string) => string {
  // In the order of their ends, since all live equally long.
  const ends = new Map<string, number>();
  const forgetEnded = () => {
    for (const [key, endMs] of ends) {
      if (endMs > now()) return;
      ends.delete(key);
    }
  };
  return (key) => {
    const end = ends.get(key);
    if (end !== undefined && end > now()) return key;
    forgetEnded();
    if (ends.size >= ownKeys) return `shared ${Number.parseInt(contentHash(key).slice(0, 8), 16) % sharedKeys}`;
    ends.set(key, now() + windowMs);
    return key;
  };
}
