/** What the fault tests do to the processes that Codeloom has started: find them by what they are, and signal them. */
import { expect } from 'vitest';
import { commandOf, descendantsOf } from '../../attack/server/live-server.ts';

const MARKS = { worker: 'isolate-worker.cjs', checker: ' --api --async ', bundler: ' --service=' } as const;
export type Part = keyof typeof MARKS;

/** The processes of one kind below this one, or below another. */
export function processesOf(part: Part, root = process.pid): readonly number[] {
  return descendantsOf(root).filter((pid) => commandOf(pid).includes(MARKS[part]));
}

/** Signals all of a kind, and says how many there were. Those that are gone already do not count. */
export function signalAll(part: Part, signal: NodeJS.Signals, root = process.pid): number {
  return processesOf(part, root).filter((pid) => signalOne(pid, signal)).length;
}

export function signalOne(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Waits until there is one of a kind that is not among those known. */
export async function nextOf(part: Part, known: readonly number[] = [], root = process.pid): Promise<number> {
  const fresh = () => processesOf(part, root).find((pid) => !known.includes(pid));
  await expect.poll(fresh, { timeout: 15_000, interval: 10 }).toBeDefined();
  return fresh() ?? 0;
}
