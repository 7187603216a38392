/**
 * Holds the processor time of a container from outside: all its processes, by the daemon's own count. A container has
 * one processor, so it cannot have used more than the time that has passed: the daemon is first asked when the limit
 * could have been met, and then when it could be again. A run that is over by then costs nothing. Called by the engine.
 */

/** Between two questions at least. */
const MIN_PAUSE_MS = 200;

export interface CpuMeter {
  /** Processor time so far; undefined where it cannot be told. */
  cpuMs(): Promise<number | undefined>;
}

/** Calls `onOver` once when the meter has passed `limitMs`; not after the returned function was called. */
export function watchCpu(meter: CpuMeter, limitMs: number, onOver: () => void): () => void {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number) => {
    timer = setTimeout(look, Math.max(MIN_PAUSE_MS, ms)).unref();
  };
  const look = async () => {
    const usedMs = await meter.cpuMs();
    if (isOver) return;
    // Where the daemon does not tell, the wall clock alone bounds the run, and the system the process.
    if (usedMs === undefined) return wait(limitMs);
    if (usedMs <= limitMs) return wait(limitMs - usedMs);
    isOver = true;
    onOver();
  };
  wait(limitMs);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
