import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Backoff } from '../../../../src/upstream/connection/backoff.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function waitsAfter(failures: number, random: number): number {
  const backoff = new Backoff(() => random);
  for (let index = 0; index < failures; index += 1) backoff.failed();
  return backoff.waitMs;
}

test('the first retry is due at once, and each one after waits twice as long, up to half a minute', () => {
  expect([0, 1, 2, 3, 4, 8, 9, 40, 5_000].map((failures) => waitsAfter(failures, 1))).toEqual([
    0, 0, 250, 500, 1_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test('jitter takes off up to half of a wait', () => {
  expect([0, 0.5, 1].map((random) => waitsAfter(3, random))).toEqual([250, 375, 500]);
});

test('a wait runs down with time, and success ends it', () => {
  const backoff = new Backoff(() => 1);
  backoff.failed();
  backoff.failed();
  vi.advanceTimersByTime(100);
  expect(backoff.waitMs).toBe(150);
  vi.advanceTimersByTime(200);
  expect(backoff.waitMs).toBe(0);
  backoff.failed();
  backoff.succeeded();
  expect(backoff.waitMs).toBe(0);
  backoff.failed();
  expect(backoff.waitMs).toBe(0);
});
