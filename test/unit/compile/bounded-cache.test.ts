import { expect, it } from 'vitest';
import { createBoundedCache } from '../../../src/compile/bounded-cache.ts';

it('forgets what was used least recently once it holds too many entries', () => {
  const cache = createBoundedCache<number>(2, 100);
  cache.set('a', 1, 1);
  cache.set('b', 2, 1);
  cache.get('a');
  cache.set('c', 3, 1);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
});

it('forgets as many as it takes to stay within its bytes', () => {
  const cache = createBoundedCache<number>(10, 100);
  cache.set('a', 1, 40);
  cache.set('b', 2, 40);
  cache.set('c', 3, 90);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, undefined, 3]);
});

it('does not keep a value larger than all of it, nor the one that it replaces', () => {
  const cache = createBoundedCache<number>(10, 100);
  cache.set('a', 1, 40);
  cache.set('b', 2, 40);
  cache.set('a', 3, 101);
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 2]);
});

it('counts a replaced value once', () => {
  const cache = createBoundedCache<number>(10, 100);
  for (let round = 0; round < 50; round += 1) cache.set('a', round, 60);
  cache.set('b', 1, 40);
  expect([cache.get('a'), cache.get('b')]).toEqual([49, 1]);
});

it('takes keys of the object prototype for keys', () => {
  const cache = createBoundedCache<number>(10, 100);
  expect(cache.get('__proto__')).toBeUndefined();
  cache.set('constructor', 1, 1);
  expect(cache.get('constructor')).toBe(1);
});
