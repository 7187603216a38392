/**
 * Tells listeners what changed in the registry, whoever changed it. Made by create-registry.ts. Rests on the sequence in
 * the database alone: being woken only makes it look sooner, so nothing is missed while it cannot look. Where the
 * database is not the one it was (restored, failed over to a copy that lagged behind), it says that anything may have changed.
 */
import type { Log } from '../base/log.ts';
import type { ChangedTool, RegistryChange } from './registry.ts';
import type { ChangeRow } from './store/rows.ts';
import { readChanges, readLastChange } from './store/steps.ts';
import type { Store } from './store/store.ts';

const PAGE = 500;

type Listener = (change: RegistryChange) => void;
/** The last change that was told; `none` where there was none yet. */
type Position = ChangeRow | 'none';

export class ChangeFeed {
  readonly #store: Store;
  readonly #log: Log;
  /** False for those that have not been told anything yet. */
  readonly #listeners = new Map<Listener, boolean>();
  #position: Position | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isWoken = false;
  #isClosed = false;
  #isAway = false;
  #isWatching = false;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  subscribe(listener: Listener): () => void {
    // Of its own, so that the same function twice is two listeners.
    const own: Listener = (change) => listener(change);
    this.#listeners.set(own, false);
    if (!this.#isWatching && !this.#isClosed) this.#store.watch(() => this.wake());
    this.#isWatching = true;
    this.wake();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) clearTimeout(this.#timer);
    };
  }

  /** Looks for changes now, or once more where it is looking already. */
  wake(): void {
    if (this.#isClosed || this.#listeners.size === 0) return;
    this.#isWoken = true;
    if (!this.#isLooking) void this.#keepLooking();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  async #keepLooking(): Promise<void> {
    this.#isLooking = true;
    clearTimeout(this.#timer);
    while (this.#isWoken && !this.#isClosed) {
      this.#isWoken = false;
      try {
        await this.#look();
        this.#isAway = false;
      } catch (thrown) {
        // Once for each time that it goes away: it is looked for several times a second.
        if (!this.#isAway && !this.#isClosed) this.#log.warn({ err: thrown }, 'the registry cannot be read');
        this.#isAway = true;
      }
    }
    this.#isLooking = false;
    if (this.#isClosed || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => this.wake(), this.#store.pollMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const changed = new Map<string, ChangedTool>();
    let position = this.#position ?? (await this.#reset());
    for (;;) {
      const from = position === 'none' ? 0 : position.sequence;
      const rows = await this.#store.run('peek', () => readChanges(from, PAGE));
      const fresh = position === 'none' ? rows : rows.slice(1);
      if (position !== 'none' && !isSame(rows[0], position)) {
        await this.#reset();
        changed.clear();
        break;
      }
      for (const { name, revision, isDeleted } of fresh) changed.set(name, { name, revision, isDeleted });
      position = fresh.at(-1) ?? position;
      this.#position = position;
      if (rows.length < PAGE) break;
    }
    if (changed.size > 0) this.#tell({ kind: 'changed', tools: [...changed.values()] }, true);
    this.#tell({ kind: 'reset' }, false);
  }

  /** Finds its footing first: what changes from here on is told, so whoever reads everything now misses nothing. */
  async #reset(): Promise<Position> {
    const position = (await this.#store.run('peek', readLastChange)) ?? 'none';
    const isFirst = this.#position === undefined;
    this.#position = position;
    if (!isFirst) {
      this.#log.warn('the registry is not the one it was; everything is read again');
      for (const listener of this.#listeners.keys()) this.#listeners.set(listener, false);
    }
    return position;
  }

  /** To those that have been told something before, or to those that have not. */
  #tell(change: RegistryChange, isKnown: boolean): void {
    for (const [listener, wasTold] of [...this.#listeners]) {
      if (wasTold !== isKnown || !this.#listeners.has(listener)) continue;
      this.#listeners.set(listener, true);
      try {
        listener(change);
      } catch (thrown) {
        this.#log.error({ err: thrown }, 'a listener of the registry failed');
      }
    }
  }
}

function isSame(row: ChangeRow | undefined, position: ChangeRow): boolean {
  return row?.sequence === position.sequence && row.writeId === position.writeId;
}
