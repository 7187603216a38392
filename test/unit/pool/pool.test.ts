import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pool, type PoolOptions } from '../../../src/pool/pool.ts';
import { NOT_MADE, PoolModel, type Step } from './pool-model.ts';

const NO_SIGNAL = new AbortController().signal;

/** A pool whose items are numbers, made at once; `destroyed` tells each one's end. */
function createNumbers(options: Partial<Pick<PoolOptions<number>, 'max' | 'ahead' | 'idleMs' | 'rest'>> = {}) {
  let made = 0;
  const destroyed: number[] = [];
  const waiting = new Map<number, () => void>();
  const pool = new Pool<number>({
    create: async () => ++made,
    destroy: (item) => {
      destroyed.push(item);
      waiting.get(item)?.();
    },
    max: 4,
    ahead: 0,
    idleMs: 60_000,
    onCreateError: () => {},
    ...options,
  });
  const destruction = (item: number) =>
    new Promise<void>((resolve) => {
      if (destroyed.includes(item)) resolve();
      else waiting.set(item, resolve);
    });
  return { pool, destroyed, destruction, made: () => made };
}

describe('any use of a pool', () => {
  const kinds: Step['kind'][] = [
    'acquire',
    'abort',
    'made',
    'failed',
    'release',
    'return',
    'ready',
    'unfit',
    'retire',
    'warm',
  ];
  // Acquiring and making come more often than the rest, so that there is something to lose.
  const step = fc.record({
    kind: fc.constantFrom(...kinds, 'acquire', 'acquire', 'made', 'made') as fc.Arbitrary<Step['kind']>,
    pick: fc.nat(7),
  });

  it('keeps to its maximum, gives no item to two or to another owner, and leaves nobody waiting beside a free place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.nat(2),
        fc.array(step, { maxLength: 40 }),
        async (max, ahead, steps) => {
          const model = new PoolModel(max, ahead);
          for (const each of steps) {
            await model.step(each);
            model.check();
          }
          await model.checkClosed();
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('acquire', () => {
  it('gives an item that its owner has used before rather than a new one', async () => {
    const { pool, made } = createNumbers();
    const item = await pool.acquire('ann', NO_SIGNAL);
    pool.release(item);
    expect(await pool.acquire('ann', NO_SIGNAL)).toBe(item);
    expect(made()).toBe(1);
  });

  it('never gives an item to a second owner: it ends the one to make way for the other', async () => {
    const { pool, destroyed } = createNumbers({ max: 1 });
    const item = await pool.acquire('ann', NO_SIGNAL);
    pool.release(item);
    expect(await pool.acquire('bob', NO_SIGNAL)).not.toBe(item);
    expect(destroyed).toEqual([item]);
  });

  it('serves those who wait in the order they came', async () => {
    const { pool } = createNumbers({ max: 1 });
    const item = await pool.acquire('ann', NO_SIGNAL);
    const served: number[] = [];
    const all = [1, 2, 3, 4].map(async (place) => {
      const mine = await pool.acquire('ann', NO_SIGNAL);
      served.push(place);
      pool.release(mine);
    });
    pool.release(item);
    await Promise.all(all);
    expect(served).toEqual([1, 2, 3, 4]);
  });

  it('serves the next where the one before it has stopped waiting', async () => {
    const { pool } = createNumbers({ max: 1 });
    const item = await pool.acquire('ann', NO_SIGNAL);
    const leaving = new AbortController();
    const left = pool.acquire('ann', leaving.signal);
    const next = pool.acquire('ann', NO_SIGNAL);
    const reason = new Error('gone');
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    pool.release(item);
    expect(await next).toBe(item);
  });

  it('wants nothing made for one who has stopped waiting', async () => {
    const { pool, made } = createNumbers({ max: 1 });
    const item = await pool.acquire('ann', NO_SIGNAL);
    const leaving = new AbortController();
    const left = pool.acquire('bob', leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    pool.release(item);
    expect([pool.idle, made()]).toEqual([1, 1]);
    expect(await pool.acquire('ann', NO_SIGNAL)).toBe(item);
  });

  it('gives what was made for one who has stopped waiting, and had nothing of it, to another owner', async () => {
    const { pool, made, destroyed } = createNumbers({ max: 1, ahead: 1 });
    const leaving = new AbortController();
    const left = pool.acquire('ann', leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect.poll(() => pool.idle).toBe(1);
    await pool.acquire('bob', NO_SIGNAL);
    expect([destroyed, made()]).toEqual([[], 1]);
  });

  it('keeps no more for those who have stopped waiting than it keeps ahead of need', async () => {
    const model = new PoolModel(4, 1);
    const left = [1, 2, 3].map(() => model.acquire('ann'));
    for (const { controller } of left) controller.abort(new Error('gone'));
    while (model.making.length > 0) {
      model.made();
      await model.settled();
    }
    expect([model.pool.idle, model.pool.busy]).toEqual([1, 0]);
  });

  it('tells whoever waits for an item that it could not be made, and serves the rest', async () => {
    const model = new PoolModel(1, 0);
    const first = model.acquire('ann');
    const second = model.acquire('bob');
    const third = model.acquire('cleo');
    await model.step({ kind: 'failed', pick: 0 });
    expect(first.error).toBe(NOT_MADE);
    await model.step({ kind: 'failed', pick: 0 });
    expect(second.error).toBe(NOT_MADE);
    const item = model.made();
    await model.settled();
    expect(third.item).toBe(item);
  });

  it('is refused at once where the signal has aborted before', async () => {
    const { pool, made } = createNumbers();
    await expect(pool.acquire('ann', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(made()).toBe(0);
  });
});

describe('tryAcquire', () => {
  it('is undefined only where a place has to become free first', async () => {
    const { pool } = createNumbers({ max: 1 });
    const item = await pool.tryAcquire('ann');
    expect(item).toBe(1);
    expect(pool.tryAcquire('ann')).toBeUndefined();
    pool.release(1);
    expect(await pool.tryAcquire('ann')).toBe(1);
  });
});

describe('discarding', () => {
  it('ends what lies idle for the owner, and nothing of others or in use', async () => {
    const { pool, destroyed } = createNumbers();
    const [mine, theirs, inUse] = [
      await pool.acquire('a', NO_SIGNAL),
      await pool.acquire('b', NO_SIGNAL),
      await pool.acquire('a', NO_SIGNAL),
    ];
    pool.release(mine);
    pool.release(theirs);
    pool.discardIdle('a');
    expect(destroyed).toEqual([mine]);
    expect(await pool.acquire('b', NO_SIGNAL)).toBe(theirs);
    expect(await pool.acquire('a', NO_SIGNAL)).toBe(inUse + 1);
  });
});

describe('release', () => {
  it('of an item that is not in use changes nothing', async () => {
    const { pool, destroyed } = createNumbers();
    const item = await pool.acquire('ann', NO_SIGNAL);
    pool.release(item);
    pool.release(item);
    pool.release(99);
    expect([pool.idle, pool.busy, destroyed]).toEqual([1, 0, []]);
  });

  it('makes nobody wait for an item that is not ready again while there is a place', async () => {
    const { pool } = createNumbers({ max: 2 });
    const item = await pool.acquire('ann', NO_SIGNAL);
    pool.release(item, new Promise(() => {}));
    expect(await pool.acquire('bob', NO_SIGNAL)).not.toBe(item);
  });
});

describe('items ahead of need', () => {
  it('are made when asked to, and again when one is taken', async () => {
    const model = new PoolModel(4, 2);
    model.pool.warm();
    expect(model.making.length).toBe(2);
    model.made();
    model.made();
    await model.settled();
    expect(model.pool.idle).toBe(2);
    model.acquire('ann');
    await model.settled();
    expect([model.pool.idle, model.pool.busy, model.making.length]).toEqual([1, 1, 1]);
  });

  it('end after a while without an acquire', async () => {
    const { pool, destruction } = createNumbers({ ahead: 1, idleMs: 5 });
    pool.warm();
    await destruction(1);
    expect(pool.idle).toBe(0);
  });

  it('end sooner but for as many as are kept for who comes once in a while', async () => {
    const { pool, destroyed, destruction } = createNumbers({ ahead: 3, rest: { afterMs: 5, keep: 1 } });
    pool.warm();
    await destruction(2);
    expect([pool.idle, destroyed]).toEqual([1, [1, 2]]);
    expect(await pool.acquire('ann', NO_SIGNAL)).toBe(3);
  });

  it('end all, where nobody comes after that either', async () => {
    const { pool, destroyed, destruction } = createNumbers({ ahead: 2, idleMs: 20, rest: { afterMs: 5, keep: 1 } });
    pool.warm();
    await destruction(2);
    expect([pool.idle, destroyed]).toEqual([0, [1, 2]]);
  });

  it('end after a while, too, where they came back after it', async () => {
    const { pool, destruction } = createNumbers({ ahead: 1, idleMs: 5 });
    const item = await pool.acquire('ann', NO_SIGNAL);
    const other = item === 1 ? 2 : 1;
    await destruction(other);
    pool.release(item);
    await destruction(item);
    expect(pool.idle).toBe(0);
  });
});
