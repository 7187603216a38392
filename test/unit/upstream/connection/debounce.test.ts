import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Debounce } from '../../../../src/upstream/connection/debounce.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const options = { delayMs: 100, restMs: 1_000 };

function counting(): { debounce: Debounce; runs: () => number; finish: () => void } {
  let runs = 0;
  let current = Promise.withResolvers<void>();
  const debounce = new Debounce(() => {
    runs += 1;
    current = Promise.withResolvers<void>();
    return current.promise;
  }, options);
  return { debounce, runs: () => runs, finish: () => current.resolve() };
}

test('a burst is one run, after the delay', async () => {
  const { debounce, runs } = counting();
  for (let index = 0; index < 1_000; index += 1) debounce.trigger();
  await vi.advanceTimersByTimeAsync(99);
  expect(runs()).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs()).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs()).toBe(1);
});

test('what comes during a run is one more run, after a rest', async () => {
  const { debounce, runs, finish } = counting();
  debounce.trigger();
  await vi.advanceTimersByTimeAsync(100);
  debounce.trigger();
  debounce.trigger();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(runs()).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(999);
  expect(runs()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs()).toBe(2);
});

test('an endless storm is a run for every rest', async () => {
  const { debounce, runs, finish } = counting();
  for (let ms = 0; ms < 10_000; ms += 10) {
    debounce.trigger();
    finish();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(runs()).toBeGreaterThan(5);
  expect(runs()).toBeLessThan(12);
});

test('after closing nothing runs any more', async () => {
  const { debounce, runs } = counting();
  debounce.trigger();
  debounce.close();
  debounce.trigger();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs()).toBe(0);
});
