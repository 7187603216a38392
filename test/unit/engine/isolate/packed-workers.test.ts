import { expect, it } from 'vitest';
import { PackedWorkers } from '../../../../src/engine/isolate/packed-workers.ts';
import type { WorkerProcess } from '../../../../src/engine/isolate/worker-process.ts';

it('leaves no rejection behind where a worker ends while another one fails to start', async () => {
  const start = Promise.withResolvers<WorkerProcess>();
  const packed = new PackedWorkers(() => start.promise);
  const place = packed.place('w');
  // Some other worker of the engine is gone. Vitest fails a run with a rejection that nobody handles.
  packed.forget({} as WorkerProcess);
  start.reject(new Error('no worker'));
  await expect(place?.worker).rejects.toThrow('no worker');
  await new Promise((resolve) => setImmediate(resolve));
  expect(packed.carried).toBe(0);
});
