import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Teller } from '../../../../src/server/dynamic/teller.ts';

let teller: Teller;
let told = 0;
beforeEach(() => {
  vi.useFakeTimers();
  teller = new Teller();
  told = 0;
  teller.subscribe(() => {
    told += 1;
  });
});
afterEach(() => {
  teller.close();
  vi.useRealTimers();
});

it('tells the first change at once, and those that follow it together', () => {
  teller.announce();
  expect(told).toBe(1);
  for (let at = 0; at < 100; at += 1) teller.announce();
  expect(told).toBe(1);
  vi.runOnlyPendingTimers();
  expect(told).toBe(2);
});

it('tells nothing where nothing changed, and the next change at once again', () => {
  teller.announce();
  vi.runOnlyPendingTimers();
  vi.runOnlyPendingTimers();
  expect(told).toBe(1);
  teller.announce();
  expect(told).toBe(2);
});

it('tells nobody any more who has left, or after it was closed', () => {
  const stop = teller.subscribe(() => {
    told += 10;
  });
  stop();
  teller.announce();
  teller.announce();
  teller.close();
  vi.runOnlyPendingTimers();
  teller.announce();
  expect(told).toBe(1);
});
