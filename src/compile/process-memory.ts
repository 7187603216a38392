/**
 * Watches the resident memory of a compiler's process, because neither compiler bounds its own. Called by the
 * type-checker and the bundler while they work. Only Linux tells it; elsewhere the deadline alone bounds a compiler.
 */
import { readFile } from 'node:fs/promises';

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
  let stopped = pid === undefined;
  const poll = async () => {
    const mb = await residentMb(Number(pid));
    peak = Math.max(peak, mb);
    if (stopped || mb <= capMb) return;
    stop();
    onOver();
  };
  const timer = stopped ? undefined : setInterval(() => void poll(), POLL_MS);
  timer?.unref();
  const stop = () => {
    stopped = true;
    clearInterval(timer);
  };
  return { peakMb: () => peak, stop };
}

/** 0 where it cannot be told. `status` counts in kilobytes on every page size, `statm` does not. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}
