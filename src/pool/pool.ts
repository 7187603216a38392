/**
 * A pool of warm things that are expensive to make: made ahead of need, handed out one at a time, thrown away when
 * spent. Knows nothing of what it holds. Used by the engines for worker processes and containers.
 */
import { raceAbort } from '../base/deadline.ts';
import { Fault } from '../base/fault.ts';

export interface PoolOptions<Item> {
  create(): Promise<Item>;
  /** Ends the item for good; must not throw. */
  destroy(item: Item): void;
  /** Items at most, idle and in use together. */
  readonly max: number;
  /** Items to keep idle ahead of need while the pool is in use. */
  readonly ahead: number;
  /** After this long without an acquire, idle items are destroyed. */
  readonly idleMs: number;
  /** Told when an item could not be made ahead of need; the next acquire tries again and sees the error itself. */
  onCreateError(error: unknown): void;
}

export interface Pool<Item> {
  /** An idle item, one about to return, or a newly made one; waits while the pool is full. Rejects with what `create` or the signal say. */
  acquire(signal: AbortSignal): Promise<Item>;
  /** The same where no place has to become free first; undefined where it has to. */
  tryAcquire(): Promise<Item> | undefined;
  /**
   * Gives an item back. With `isReady` it is handed out once that resolves to true, and ended where it resolves to
   * false: nobody makes a new item while one is about to return. `isReady` must not reject.
   */
  release(item: Item, isReady?: Promise<boolean>): void;
  /** Ends an item, in use or idle; unknown items are ignored. A new one is made where somebody waits or `ahead` asks. */
  retire(item: Item): void;
  /** Makes items ahead of need; returns at once. */
  warm(): void;
  readonly idle: number;
  readonly busy: number;
  /** Destroys everything; waiting acquires are rejected with SHUTTING_DOWN. */
  close(): void;
}

interface Waiter<Item> {
  resolve(item: Item | Promise<Item>): void;
  reject(error: unknown): void;
}

export function createPool<Item>(options: PoolOptions<Item>): Pool<Item> {
  const idle: Item[] = [];
  const busy = new Set<Item>();
  const returning = new Set<Item>();
  const waiters: Waiter<Item>[] = [];
  let making = 0;
  let makingAhead = 0;
  let isClosed = false;
  let idleTimer: NodeJS.Timeout | undefined;

  const size = () => idle.length + returning.size + busy.size + making;

  async function make(): Promise<Item> {
    making += 1;
    try {
      const item = await options.create();
      if (!isClosed) return item;
      options.destroy(item);
      throw closedFault();
    } finally {
      making -= 1;
    }
  }

  async function makeBusy(): Promise<Item> {
    const item = await make();
    busy.add(item);
    refill();
    return item;
  }

  function refill(): void {
    while (!isClosed && idle.length + returning.size + makingAhead < options.ahead && size() < options.max) {
      makingAhead += 1;
      make()
        .then(give, (error: unknown) => isClosed || options.onCreateError(error))
        .finally(() => {
          makingAhead -= 1;
        });
    }
  }

  /** To whoever has waited longest, or to the idle ones. */
  function give(item: Item): void {
    const waiter = waiters.shift();
    if (waiter === undefined) idle.push(item);
    else {
      busy.add(item);
      waiter.resolve(item);
    }
  }

  /** A place has become free without an item: the longest waiter may make one. */
  function offerPlace(): void {
    if (isClosed) return;
    if (waiters.length > 0 && size() < options.max) {
      const waiter = waiters.shift();
      makeBusy().then(waiter?.resolve, waiter?.reject);
    } else refill();
  }

  function restartIdleTimer(): void {
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => {
      for (const item of idle.splice(0)) options.destroy(item);
    }, options.idleMs).unref();
  }

  function wait(): Promise<Item> {
    const { promise, resolve, reject } = Promise.withResolvers<Item>();
    waiters.push({ resolve, reject });
    return promise;
  }

  async function giveWhenReady(item: Item, isReady: Promise<boolean>): Promise<void> {
    returning.add(item);
    const isBack = await isReady;
    if (!returning.delete(item)) return;
    if (isBack) return give(item);
    options.destroy(item);
    offerPlace();
  }

  function tryAcquire(): Promise<Item> | undefined {
    if (isClosed) return Promise.reject(closedFault());
    restartIdleTimer();
    const item = idle.pop();
    if (item === undefined && returning.size > waiters.length) return wait();
    if (item === undefined) return size() < options.max ? makeBusy() : undefined;
    busy.add(item);
    refill();
    return Promise.resolve(item);
  }

  return {
    tryAcquire,
    async acquire(signal) {
      signal.throwIfAborted();
      return takeUnlessAborted(tryAcquire() ?? wait(), signal, (item) => this.release(item));
    },
    release(item, isReady) {
      if (!busy.delete(item)) return;
      if (isReady === undefined) give(item);
      else void giveWhenReady(item, isReady);
    },
    retire(item) {
      const at = idle.indexOf(item);
      if (at >= 0) idle.splice(at, 1);
      else if (!busy.delete(item) && !returning.delete(item)) return;
      options.destroy(item);
      offerPlace();
    },
    warm() {
      restartIdleTimer();
      refill();
    },
    get idle() {
      return idle.length;
    },
    get busy() {
      return busy.size;
    },
    close() {
      isClosed = true;
      clearTimeout(idleTimer);
      for (const waiter of waiters.splice(0)) waiter.reject(closedFault());
      for (const item of [...idle.splice(0), ...returning, ...busy]) options.destroy(item);
      returning.clear();
      busy.clear();
    },
  };
}

/** An item that arrives for somebody who has left goes back to the pool. */
async function takeUnlessAborted<Item>(
  promise: Promise<Item>,
  signal: AbortSignal,
  giveBack: (item: Item) => void,
): Promise<Item> {
  try {
    return await raceAbort(promise, signal);
  } catch (error) {
    promise.then(giveBack, () => {});
    throw error;
  }
}

function closedFault(): Fault {
  return new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.');
}
