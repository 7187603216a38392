/** A pool whose items are made, made ready and given back by hand, and what must hold of it at any moment. For tests. */
import { expect } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { Pool } from '../../../src/pool/pool.ts';

export interface Item {
  readonly id: number;
  usedBy: string | undefined;
  isHeld: boolean;
  isDestroyed: boolean;
}

interface Acquire {
  readonly owner: string;
  readonly controller: AbortController;
  item: Item | undefined;
  error: unknown;
}

/** What a step does to whichever of the candidates the number picks; nothing where there is none. */
export interface Step {
  readonly kind: 'acquire' | 'abort' | 'made' | 'failed' | 'release' | 'return' | 'ready' | 'unfit' | 'retire' | 'warm';
  readonly pick: number;
}

export const NOT_MADE = new Error('it could not be made');
const OWNERS = ['ann', 'bob', 'cleo'];

export class PoolModel {
  readonly items: Item[] = [];
  readonly acquires: Acquire[] = [];
  readonly making: PromiseWithResolvers<Item>[] = [];
  readonly returning: { readonly item: Item; readonly ready: PromiseWithResolvers<boolean> }[] = [];
  readonly pool: Pool<Item>;
  readonly #max: number;

  constructor(max: number, ahead: number) {
    this.#max = max;
    this.pool = new Pool<Item>({
      create: () => {
        const made = Promise.withResolvers<Item>();
        this.making.push(made);
        return made.promise;
      },
      destroy: (item) => {
        expect(item.isDestroyed, 'destroyed twice').toBe(false);
        item.isDestroyed = true;
        item.isHeld = false;
      },
      max,
      ahead,
      idleMs: 60_000,
      onCreateError: (error) => expect(error).toBe(NOT_MADE),
    });
  }

  get waiting(): readonly Acquire[] {
    return this.acquires.filter(({ item, error }) => item === undefined && error === undefined);
  }

  get held(): readonly Item[] {
    return this.items.filter(({ isHeld }) => isHeld);
  }

  acquire(owner: string): Acquire {
    const acquire: Acquire = { owner, controller: new AbortController(), item: undefined, error: undefined };
    this.acquires.push(acquire);
    this.pool.acquire(owner, acquire.controller.signal).then(
      (item) => this.#receive(acquire, item),
      (error: unknown) => {
        acquire.error = error;
      },
    );
    return acquire;
  }

  #receive(acquire: Acquire, item: Item): void {
    expect(item.isDestroyed, 'a destroyed item was given out').toBe(false);
    expect(item.isHeld, 'an item was given to two').toBe(false);
    expect(item.usedBy ?? acquire.owner, 'an item was given to another owner').toBe(acquire.owner);
    Object.assign(item, { isHeld: true, usedBy: acquire.owner });
    acquire.item = item;
  }

  made(at = 0): Item | undefined {
    const [making] = this.making.splice(at, 1);
    if (making === undefined) return undefined;
    const item: Item = { id: this.items.length + 1, usedBy: undefined, isHeld: false, isDestroyed: false };
    this.items.push(item);
    making.resolve(item);
    return item;
  }

  async step({ kind, pick }: Step): Promise<void> {
    const at = (list: readonly unknown[]) => (list.length === 0 ? 0 : pick % list.length);
    const held = this.held[at(this.held)];
    if (kind === 'acquire') this.acquire(OWNERS[pick % OWNERS.length] ?? '');
    else if (kind === 'abort') this.waiting[at(this.waiting)]?.controller.abort(new Error('gone'));
    else if (kind === 'made') this.made(at(this.making));
    else if (kind === 'failed') this.making.splice(at(this.making), 1)[0]?.reject(NOT_MADE);
    else if (kind === 'ready' || kind === 'unfit')
      this.returning.splice(at(this.returning), 1)[0]?.ready.resolve(kind === 'ready');
    else if (kind === 'warm') this.pool.warm();
    else if (held !== undefined) this.#giveBack(kind, held);
    await this.settled();
  }

  #giveBack(kind: 'release' | 'return' | 'retire', item: Item): void {
    item.isHeld = false;
    if (kind === 'release') this.pool.release(item);
    else if (kind === 'retire') this.pool.retire(item);
    else {
      const ready = Promise.withResolvers<boolean>();
      this.returning.push({ item, ready });
      this.pool.release(item, ready.promise);
    }
  }

  /** Everything that follows from what has happened so far has happened. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  check(): void {
    const alive = this.items.filter(({ isDestroyed }) => !isDestroyed);
    expect(alive.length + this.making.length, 'more items than the pool may have').toBeLessThanOrEqual(this.#max);
    expect(this.pool.busy).toBe(this.held.length);
    expect(this.pool.idle).toBe(alive.length - this.held.length - this.returning.length);
    const isStuck = this.waiting.length > 0 && this.making.length === 0 && this.returning.length === 0;
    if (isStuck) expect(this.held.length, 'somebody waits while there is a place').toBe(this.#max);
    for (const { error, controller } of this.acquires) {
      if (error !== undefined && error !== NOT_MADE) expect(error).toBe(controller.signal.reason);
    }
  }

  async checkClosed(): Promise<void> {
    this.pool.close();
    while (this.making.length > 0) this.made();
    for (const { ready } of this.returning) ready.resolve(true);
    await this.settled();
    expect(this.waiting).toEqual([]);
    expect(this.items.filter(({ isDestroyed }) => !isDestroyed)).toEqual([]);
    expect([this.pool.idle, this.pool.busy]).toEqual([0, 0]);
    const late = this.acquire('ann');
    await this.settled();
    expect(late.error).toBeInstanceOf(Fault);
    expect(late.error).toMatchObject({ code: 'SHUTTING_DOWN' });
  }
}
