/**
 * The deadline inside the container, for a host that is gone: a thread that ends the whole process, also one that spins
 * or waits in a blocking call. Called by container-runner.ts. A last resort: a living host is always faster.
 */
import { Worker } from 'node:worker_threads';

const WAIT_THEN_KILL = `
const clock = new Int32Array(require('node:worker_threads').workerData);
Atomics.wait(clock, 0, 0);
Atomics.wait(clock, 1, 0, clock[0]);
process.kill(process.pid, 'SIGKILL');`;

/** Makes the thread ready; the returned function starts its clock. */
export function createWatchdog(): (ms: number) => void {
  const memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const clock = new Int32Array(memory);
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 };
  // Streams of its own: otherwise Node opens ours, and makes the descriptors behind them non-blocking.
  const streams = { stdin: true, stdout: true, stderr: true };
  new Worker(WAIT_THEN_KILL, { eval: true, workerData: memory, resourceLimits, ...streams }).unref();
  return (ms) => {
    Atomics.store(clock, 0, Math.max(1, Math.ceil(ms)));
    Atomics.notify(clock, 0);
  };
}
