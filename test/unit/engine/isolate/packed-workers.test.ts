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

it('has a place at once where a worker of the workspace carries nothing, and for one run only', async () => {
  const packed = new PackedWorkers(async () => ({ kill: () => {} }) as WorkerProcess);
  expect(packed.placeIdle('w')).toBeUndefined();
  const first = packed.place('w');
  expect(packed.placeIdle('w')).toBeUndefined();
  first?.leave(true);
  expect(packed.placeIdle('other')).toBeUndefined();
  const next = packed.placeIdle('w');
  expect([next?.worker === first?.worker, packed.carried]).toEqual([true, 1]);
  expect(packed.placeIdle('w')).toBeUndefined();
  // A program that may still be running there has the worker for itself.
  next?.leave(false);
  expect(packed.placeIdle('w')).toBeUndefined();
  packed.close();
});
