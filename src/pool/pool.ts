/**
 * A pool of warm things that are expensive to make: made ahead of need, handed out one at a time, thrown away when
 * spent. An item that one owner has used is never handed to another. Knows nothing of what it holds. Used by the
 * engines for worker processes and containers.
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
  /** After this long without an acquire or a return, idle items are destroyed. */
  readonly idleMs: number;
  /** After `afterMs`, which is shorter, no more than `keep` of them are kept: enough for whoever comes once in a while. */
  readonly rest?: { readonly afterMs: number; readonly keep: number };
  /** Told when an item could not be made ahead of need; the next acquire tries again and sees the error itself. */
  onCreateError(error: unknown): void;
}

interface Waiter<Item> {
  readonly owner: string;
  readonly promise: Promise<Item>;
  resolve(item: Item | Promise<Item>): void;
  reject(error: unknown): void;
}

export class Pool<Item> {
  readonly #options: PoolOptions<Item>;
  readonly #idle: Item[] = [];
  readonly #busy = new Set<Item>();
  readonly #returning = new Set<Item>();
  readonly #waiters: Waiter<Item>[] = [];
  readonly #owners = new Map<Item, string>();
  /** Handed out for the first time, and not given back yet. */
  readonly #untried = new Set<Item>();
  #making = 0;
  #makingAhead = 0;
  #isClosed = false;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions<Item>) {
    this.#options = options;
  }

  get idle(): number {
    return this.#idle.length;
  }

  get busy(): number {
    return this.#busy.size;
  }

  /** Makes items ahead of need; returns at once. */
  warm(): void {
    if (this.#isClosed) return;
    this.#restartIdleTimer();
    this.#refill();
  }

  /**
   * An idle item, one about to be there, or a newly made one; waits while the pool is full. Rejects with what `create`
   * or the signal say, and with Fault SHUTTING_DOWN once the pool is closed.
   */
  async acquire(owner: string, signal: AbortSignal): Promise<Item> {
    signal.throwIfAborted();
    const coming = this.tryAcquire(owner) ?? this.#wait(owner);
    try {
      return await raceAbort(coming, signal);
    } catch (error) {
      const at = this.#waiters.findIndex(({ promise }) => promise === coming);
      if (at >= 0) this.#waiters.splice(at, 1);
      coming.then(
        (item) => this.giveBack(item),
        () => {},
      );
      throw error;
    }
  }

  /** The same where no place has to become free first; undefined where it has to. */
  tryAcquire(owner: string): Promise<Item> | undefined {
    if (this.#isClosed) return Promise.reject(closedFault());
    this.#restartIdleTimer();
    const at = this.#idleFor(owner);
    const [item] = at < 0 ? [] : this.#idle.splice(at, 1);
    if (item !== undefined) {
      this.#occupy(item, owner);
      this.#refill();
      return Promise.resolve(item);
    }
    const coming = [...this.#returning].filter((item) => this.#suits(item, owner)).length + this.#makingAhead;
    if (coming > this.#waiters.length) return this.#wait(owner);
    if (!this.#hasPlace) this.#destroy(this.#idle.shift());
    return this.#hasPlace ? this.#makeBusy(owner) : undefined;
  }

  /**
   * Gives an item back. With `isReady` it is handed out once that resolves to true, and ended where it resolves to
   * false: nobody makes a new item while one is about to return. `isReady` must not reject.
   */
  release(item: Item, isReady?: Promise<boolean>): void {
    if (!this.#busy.delete(item)) return;
    this.#untried.delete(item);
    if (isReady === undefined) this.#give(item);
    else void this.#giveWhenReady(item, isReady);
  }

  /**
   * Gives an item back that came for somebody who had left, and was not used: where nobody has used it before either, it
   * is anybody's, and one too many where enough are kept ahead of need already.
   */
  giveBack(item: Item): void {
    if (!this.#untried.has(item)) return this.release(item);
    if (this.#waiters.length === 0 && this.#isAheadOfNeed) return this.retire(item);
    this.#owners.delete(item);
    this.release(item);
  }

  /** Ends an item, in use or idle; unknown items are ignored. A new one is made where somebody waits or `ahead` asks. */
  retire(item: Item): void {
    const at = this.#idle.indexOf(item);
    if (at >= 0) this.#idle.splice(at, 1);
    else if (!this.#busy.delete(item) && !this.#returning.delete(item)) return;
    this.#destroy(item);
    this.#offerPlace();
  }

  /** Ends what lies idle for the owner, so that its next item is one made from now on, or one that is on its way. */
  discardIdle(owner: string): void {
    const doubted = this.#idle.filter((item) => this.#suits(item, owner));
    for (const item of doubted) this.retire(item);
  }

  /** Destroys everything; waiting acquires are rejected with SHUTTING_DOWN. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(closedFault());
    for (const item of [...this.#idle.splice(0), ...this.#returning, ...this.#busy]) this.#destroy(item);
    this.#returning.clear();
    this.#busy.clear();
  }

  get #hasPlace(): boolean {
    return this.#idle.length + this.#returning.size + this.#busy.size + this.#making < this.#options.max;
  }

  async #make(): Promise<Item> {
    this.#making += 1;
    try {
      const item = await this.#options.create();
      if (!this.#isClosed) return item;
      this.#options.destroy(item);
      throw closedFault();
    } finally {
      this.#making -= 1;
    }
  }

  async #makeBusy(owner: string): Promise<Item> {
    try {
      const item = await this.#make();
      this.#occupy(item, owner);
      this.#refill();
      return item;
    } catch (error) {
      if (this.#waiters.length > 0) this.#offerPlace();
      throw error;
    }
  }

  get #isAheadOfNeed(): boolean {
    return this.#idle.length + this.#returning.size + this.#makingAhead >= this.#options.ahead;
  }

  #refill(): void {
    while (!this.#isAheadOfNeed && this.#hasPlace) void this.#makeAhead();
  }

  async #makeAhead(): Promise<void> {
    this.#makingAhead += 1;
    try {
      const item = await this.#make();
      this.#makingAhead -= 1;
      this.#give(item);
    } catch (error) {
      this.#makingAhead -= 1;
      if (this.#isClosed) return;
      this.#options.onCreateError(error);
      if (this.#waiters.length > 0) this.#offerPlace();
    }
  }

  /** To whoever of those that it suits has waited longest, or to the idle ones; it makes way where it suits nobody. */
  #give(item: Item): void {
    if (this.#isClosed) return this.#destroy(item);
    const at = this.#waiters.findIndex(({ owner }) => this.#suits(item, owner));
    const [waiter] = at < 0 ? [] : this.#waiters.splice(at, 1);
    if (waiter !== undefined) {
      this.#occupy(item, waiter.owner);
      waiter.resolve(item);
    } else if (this.#waiters.length > 0) {
      this.#destroy(item);
      this.#offerPlace();
    } else {
      this.#idle.push(item);
      this.#restartIdleTimer();
    }
  }

  async #giveWhenReady(item: Item, isReady: Promise<boolean>): Promise<void> {
    this.#returning.add(item);
    const isBack = await isReady;
    if (!this.#returning.delete(item)) return;
    if (isBack) return this.#give(item);
    this.#destroy(item);
    this.#offerPlace();
  }

  /** A place has become free without an item: the longest waiter may make one. */
  #offerPlace(): void {
    if (this.#isClosed) return;
    if (this.#waiters.length === 0) return this.#refill();
    if (!this.#hasPlace) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) this.#makeBusy(waiter.owner).then(waiter.resolve, waiter.reject);
  }

  #wait(owner: string): Promise<Item> {
    const { promise, resolve, reject } = Promise.withResolvers<Item>();
    this.#waiters.push({ owner, promise, resolve, reject });
    return promise;
  }

  /** The place among the idle of one that the owner has used before, or else of one that nobody has; -1 for none. */
  #idleFor(owner: string): number {
    const own = this.#idle.findLastIndex((item) => this.#owners.get(item) === owner);
    return own >= 0 ? own : this.#idle.findLastIndex((item) => !this.#owners.has(item));
  }

  #suits(item: Item, owner: string): boolean {
    return (this.#owners.get(item) ?? owner) === owner;
  }

  #occupy(item: Item, owner: string): void {
    if (!this.#owners.has(item)) this.#untried.add(item);
    this.#owners.set(item, owner);
    this.#busy.add(item);
  }

  #destroy(item: Item | undefined): void {
    if (item === undefined) return;
    this.#owners.delete(item);
    this.#untried.delete(item);
    this.#options.destroy(item);
  }

  #restartIdleTimer(): void {
    const { idleMs, rest = { afterMs: idleMs, keep: 0 } } = this.#options;
    this.#startIdleTimer(rest.afterMs, () => {
      this.#keepIdle(rest.keep);
      if (rest.keep > 0) this.#startIdleTimer(idleMs - rest.afterMs, () => this.#keepIdle(0));
    });
  }

  #startIdleTimer(ms: number, whenOver: () => void): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(whenOver, ms).unref();
  }

  /** The latest, which are the likeliest to have been used before. */
  #keepIdle(count: number): void {
    for (const item of this.#idle.splice(0, Math.max(0, this.#idle.length - count))) this.#destroy(item);
  }
}

function closedFault(): Fault {
  return new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.');
}
