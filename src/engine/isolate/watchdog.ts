/**
 * Watches worker processes from outside, because isolated-vm counts neither all memory nor all time: array buffers,
 * WebAssembly and Intl objects grow unseen at more than a gigabyte a second, and some builtins cannot be interrupted.
 * Called by the node engine for workers that carry runs. Says what it saw; whoever asked ends the run.
 */
import { type ProcessUsage, processUsage } from '../../pool/process-usage.ts';

const POLL_MS = 25;

export interface Caps {
  /** Resident memory of the whole process. */
  readonly residentMb: number;
  /** Processor time from now on. */
  readonly cpuMs: number;
}

interface Watched {
  readonly pid: number;
  caps(): Caps;
  onOver(limit: 'heapMb' | 'cpuMs'): void;
  /** Processor time at the first look. */
  cpuAtStartMs: number | undefined;
}

export class Watchdog {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  /** Looks every 25 ms until the returned function is called or `onOver` has been. `caps` is asked at every look. */
  watch(pid: number, caps: () => Caps, onOver: (limit: 'heapMb' | 'cpuMs') => void): () => void {
    const watched: Watched = { pid, caps, onOver, cpuAtStartMs: undefined };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#look(), POLL_MS);
    return () => this.#forget(watched);
  }

  #look(): void {
    for (const watched of [...this.#watched]) {
      const usage = processUsage(watched.pid);
      const limit = usage === undefined ? undefined : exceeded(watched, usage);
      if (limit === undefined) continue;
      this.#forget(watched);
      watched.onOver(limit);
    }
  }

  #forget(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function exceeded(watched: Watched, { residentMb, cpuMs }: ProcessUsage): 'heapMb' | 'cpuMs' | undefined {
  const caps = watched.caps();
  watched.cpuAtStartMs ??= cpuMs;
  // Memory first: what thrashes at the end of its memory also burns time.
  if (residentMb > caps.residentMb) return 'heapMb';
  return cpuMs - watched.cpuAtStartMs > caps.cpuMs ? 'cpuMs' : undefined;
}
