/**
 * Watches the resident memory of a compiler's process, because neither compiler bounds its own. Called by the
 * type-checker and the bundler while they work. Only Linux tells it; elsewhere the deadline alone bounds a compiler.
 */
import { processUsage } from '../pool/process-usage.ts';

export interface MemoryWatch {
  /** Megabytes seen at most. */
  peakMb(): number;
  stop(): void;
}

/** A type bomb grows by up to a gigabyte a second. */
const POLL_MS = 50;

/** Calls `onOver`, once, when the process has more than `capMb` resident. */
export function watchMemory(pid: number | undefined, capMb: number, onOver: () => void): MemoryWatch {
  let peak = 0;
  if (pid === undefined) return { peakMb: () => peak, stop: () => {} };
  const poll = () => {
    const mb = processUsage(pid)?.residentMb ?? 0;
    peak = Math.max(peak, mb);
    if (mb <= capMb) return;
    stop();
    onOver();
  };
  const timer = setInterval(poll, POLL_MS);
  timer.unref();
  const stop = () => clearInterval(timer);
  return { peakMb: () => peak, stop };
}
