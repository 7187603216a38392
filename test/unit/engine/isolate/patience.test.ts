import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Patience } from '../../../../src/engine/isolate/patience.ts';
import { Pool } from '../../../../src/pool/pool.ts';

const { signal } = new AbortController();
let pool: Pool<object>;
let patience: Patience<object>;

beforeEach(() => {
  vi.useFakeTimers();
  pool = new Pool({
    create: async () => ({}),
    destroy: () => {},
    max: 1,
    ahead: 0,
    idleMs: 60_000,
    onCreateError: () => {},
  });
  patience = new Patience(pool);
});

afterEach(() => {
  pool.close();
  vi.useRealTimers();
});

/** What the promise has come to by now. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  await vi.advanceTimersByTimeAsync(0);
  return Promise.race([promise, Promise.resolve('waits')]);
}

it('gives an item at once where there is one', async () => {
  expect(await patience.acquireSoon('a', signal)).toBeTypeOf('object');
});

it('waits no longer than runs without calls take, where no item comes back', async () => {
  await pool.acquire('a', signal);
  const waiting = patience.acquireSoon('a', signal);
  await vi.advanceTimersByTimeAsync(99);
  expect(await stateOf(waiting)).toBe('waits');
  await vi.advanceTimersByTimeAsync(1);
  expect(await waiting).toBeUndefined();
});

it('waits on while items come back, and takes the one that is for it', async () => {
  const item = await pool.acquire('a', signal);
  const waiting = patience.acquireSoon('a', signal);
  for (let turn = 0; turn < 4; turn++) {
    await vi.advanceTimersByTimeAsync(60);
    patience.returned();
    await vi.advanceTimersByTimeAsync(39);
  }
  expect(await stateOf(waiting)).toBe('waits');
  pool.release(item);
  expect(await waiting).toBe(item);
});

it('does not wait for ever, however many come back', async () => {
  await pool.acquire('a', signal);
  const waiting = patience.acquireSoon('a', signal);
  for (let turn = 0; turn < 50; turn++) {
    patience.returned();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(await waiting).toBeUndefined();
});

it('rejects with the reason of its signal, and leaves nothing behind in the pool', async () => {
  const item = await pool.acquire('a', signal);
  const cancel = new AbortController();
  const waiting = patience.acquireSoon('a', cancel.signal);
  cancel.abort(new Error('no longer wanted'));
  await expect(waiting).rejects.toThrow('no longer wanted');
  await expect(patience.acquireSoon('a', cancel.signal)).rejects.toThrow('no longer wanted');
  pool.release(item);
  expect([pool.idle, pool.busy, vi.getTimerCount()]).toEqual([1, 0, 1]);
});
