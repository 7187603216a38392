/**
 * All workspaces of the process, by key: one per HTTP session, one for stdio, one for clients without sessions. Capped,
 * and ended when idle, on the monotonic clock. Whoever opened one is told when it ends and drops what hangs on it. One
 * caller, where callers are told apart, has a share of them and never all.
 */
import { randomUUID } from 'node:crypto';
import { nowMs } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import type { Limits } from '../../base/limits.ts';
import { Workspace } from './workspace.ts';

const MAX_SWEEP_MS = 60_000;
/** What the key of a session's workspace begins with. */
export const SESSION_KEY = 'session:';

/** Of all workspaces, what one caller may have. */
const SHARE_OF_ONE = 1 / 4;

interface Entry {
  readonly workspace: Workspace;
  /** Whose share it is of; absent where callers are not told apart. */
  readonly sharer: string | undefined;
  readonly onEnd: () => void;
}

export class Workspaces {
  readonly #limits: Pick<Limits, 'workspaces' | 'workspaceIdleMs'>;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(limits: Pick<Limits, 'workspaces' | 'workspaceIdleMs'>, now: () => number = nowMs) {
    this.#limits = limits;
    this.#now = now;
    this.#sweeper = setInterval(() => this.sweep(), Math.min(limits.workspaceIdleMs, MAX_SWEEP_MS)).unref();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many are of a session of their own. */
  get sessions(): number {
    return [...this.#entries.keys()].filter((key) => key.startsWith(SESSION_KEY)).length;
  }

  /** How many one caller may have: all, where callers are not told apart. */
  shareOf(sharer: string | undefined): number {
    const { workspaces } = this.#limits;
    return sharer === undefined ? workspaces : Math.max(1, Math.floor(workspaces * SHARE_OF_ONE));
  }

  /** The workspace of the key, or undefined where there is none or it has expired. Looking counts as use. */
  get(key: string): Workspace | undefined {
    this.#endIfExpired(key);
    const workspace = this.#entries.get(key)?.workspace;
    workspace?.touch();
    return workspace;
  }

  /** A new workspace under a free key. Throws POOL_SATURATED at the cap, and where the sharer has its share. */
  open(key: string, onEnd: () => void, sharer?: string): Workspace {
    if (sharer !== undefined) this.#makeRoomFor(sharer);
    this.#makeRoom();
    const workspace = new Workspace(randomUUID(), this.#now);
    this.#entries.set(key, { workspace, sharer, onEnd });
    return workspace;
  }

  /** Ends the workspace; nothing happens where there is none. */
  end(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    entry.onEnd();
    entry.workspace.end();
  }

  /** Ends what has been idle for too long. Runs from time to time, and when room is needed. */
  sweep(): void {
    for (const key of [...this.#entries.keys()]) this.#endIfExpired(key);
  }

  close(): void {
    clearInterval(this.#sweeper);
    for (const key of [...this.#entries.keys()]) this.end(key);
  }

  #endIfExpired(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.workspace.idleMs > this.#limits.workspaceIdleMs) this.end(key);
  }

  /** At its share, a caller's own make way as all do at the cap. */
  #makeRoomFor(sharer: string): void {
    const share = this.shareOf(sharer);
    const own = () => [...this.#entries].filter(([, entry]) => entry.sharer === sharer);
    if (own().length < share) return;
    this.sweep();
    const left = own();
    if (left.length < share || this.#endOne(left)) return;
    throw new Fault(
      'POOL_SATURATED',
      `This caller has ${left.length} of ${this.#limits.workspaces} workspaces in use, the most that one may have (a quarter of the limit workspaces); end a session, or try again later.`,
    );
  }

  /** Opening is cheap, using is not: at the cap one gives way in which no tool was ever called. */
  #makeRoom(): void {
    if (this.#entries.size < this.#limits.workspaces) return;
    this.sweep();
    if (this.#entries.size < this.#limits.workspaces || this.#endOne([...this.#entries])) return;
    throw new Fault(
      'POOL_SATURATED',
      `All ${this.#limits.workspaces} workspaces are in use (limit workspaces); try again later.`,
    );
  }

  /** Of the unused ones, one of whoever has most, and of those the longest idle. False where there is none. */
  #endOne(entries: readonly (readonly [string, Entry])[]): boolean {
    const counts = new Map<string | undefined, number>();
    for (const [, { sharer }] of entries) counts.set(sharer, (counts.get(sharer) ?? 0) + 1);
    const has = ({ sharer }: Entry) => counts.get(sharer) ?? 0;
    const [first] = entries
      .filter(([, { workspace }]) => !workspace.isUsed && !workspace.isBusy)
      .sort(([, one], [, other]) => has(other) - has(one) || other.workspace.idleMs - one.workspace.idleMs);
    if (first !== undefined) this.end(first[0]);
    return first !== undefined;
  }
}
