/**
 * How many connections the HTTP face may hold: each takes a descriptor, and whoever opens them all would leave none for
 * workers, compilers and upstreams. Called by serve-http.ts when it begins to listen.
 */
import { readFileSync } from 'node:fs';

const MOST = 8_192;

/** Half of the descriptors that this process may have; where nobody tells how many, as many as suffice. */
export function connectionCap(limitsText: string = readLimits()): number {
  const descriptors = Number(/^Max open files\s+(\d+)/m.exec(limitsText)?.[1] ?? Number.NaN);
  return Number.isNaN(descriptors) ? MOST : Math.max(1, Math.min(MOST, Math.floor(descriptors / 2)));
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return '';
  }
}
