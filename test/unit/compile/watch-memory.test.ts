import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { watchMemory } from '../../../src/compile/watch-memory.ts';

const isLinux = process.platform === 'linux';

/** Grows to 300 MB once it hears something, and stays. */
const GROWING = `process.stdin.once('data', () => { globalThis.held = Buffer.alloc(300e6, 1); }); setInterval(() => {}, 1000);`;

it.runIf(isLinux)('tells once that a process has outgrown its cap, and what it saw', async () => {
  const child = spawn(process.execPath, ['-e', GROWING], { stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    let told = 0;
    const over = Promise.withResolvers<void>();
    const watch = watchMemory(child.pid, 250, () => {
      told += 1;
      over.resolve();
    });
    child.stdin.write('grow');
    await over.promise;
    expect(watch.peakMb()).toBeGreaterThan(250);
    expect(told).toBe(1);
    watch.stop();
  } finally {
    child.kill('SIGKILL');
  }
});

it('watches nothing where there is no process to watch', () => {
  const watch = watchMemory(undefined, 1, () => expect.unreachable());
  expect(watch.peakMb()).toBe(0);
  watch.stop();
});
