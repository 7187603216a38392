/** Starts writer.ts as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));

export interface Writer {
  readonly process: ChildProcess;
  /** Numbers that were confirmed so far. */
  readonly confirmed: readonly number[];
  /** Resolves when as many were confirmed. */
  untilConfirmed(count: number): Promise<void>;
  /** Resolves with the exit code or signal when it has ended and all it said was read. */
  readonly ended: Promise<string | number | null>;
}

export function startWriter(file: string, task: 'create' | 'count', prefix: string, times: number): Writer {
  const args = [WRITER, file, task, prefix, String(times)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const confirmed: number[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    confirmed.push(Number(line));
    for (const look of waiting) look();
  });
  return {
    process: child,
    confirmed,
    untilConfirmed: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (confirmed.length >= count) resolve();
        };
        waiting.add(look);
        look();
      }),
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  };
}
