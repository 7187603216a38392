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
  /** An idle item or a newly made one; waits while the pool is full. Rejects with what `create` or the signal say. */
  acquire(signal: AbortSignal): Promise<Item>;
  /** An item where one is idle or may be made now; undefined where one would have to wait. */
  tryAcquire(): Promise<Item> | undefined;
  /** Gives an item back for the next one. */
  release(item: Item): void;
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
  const waiters: Waiter<Item>[] = [];
  let making = 0;
  let makingAhead = 0;
  let isClosed = false;
  let idleTimer: NodeJS.Timeout | undefined;

  const size = () => idle.length + busy.size + making;

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
    while (!isClosed && idle.length + makingAhead < options.ahead && size() < options.max) {
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

  function tryAcquire(): Promise<Item> | undefined {
    if (isClosed) return Promise.reject(closedFault());
    restartIdleTimer();
    const item = idle.pop();
    if (item === undefined) return size() < options.max ? makeBusy() : undefined;
    busy.add(item);
    refill();
    return Promise.resolve(item);
  }

  return {
    tryAcquire,
    async acquire(signal) {
      signal.throwIfAborted();
      const now = tryAcquire();
      if (now !== undefined) return takeUnlessAborted(now, signal, (item) => this.release(item));
      const { promise, resolve, reject } = Promise.withResolvers<Item>();
      waiters.push({ resolve, reject });
      return takeUnlessAborted(promise, signal, (item) => this.release(item));
    },
    release(item) {
      if (!busy.delete(item)) return;
      if (isClosed) options.destroy(item);
      else give(item);
    },
    retire(item) {
      const at = idle.indexOf(item);
      if (at >= 0) idle.splice(at, 1);
      else if (!busy.delete(item)) return;
      options.destroy(item);
      if (!isClosed) offerPlace();
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
      for (const item of [...idle.splice(0), ...busy]) options.destroy(item);
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
