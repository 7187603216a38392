/**
 * All workspaces of the process, by key: one per HTTP session, one for stdio, one for clients without sessions. Capped,
 * and ended when idle, on the monotonic clock. Whoever opened one is told when it ends and drops what hangs on it.
 */
import { randomUUID } from 'node:crypto';
import { nowMs } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import type { Limits } from '../../base/limits.ts';
import { Workspace } from './workspace.ts';

const MAX_SWEEP_MS = 60_000;
/** What the key of a session's workspace begins with. */
export const SESSION_KEY = 'session:';

interface Entry {
  readonly workspace: Workspace;
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

  /** The workspace of the key, or undefined where there is none or it has expired. Looking counts as use. */
  get(key: string): Workspace | undefined {
    this.#endIfExpired(key);
    const workspace = this.#entries.get(key)?.workspace;
    workspace?.touch();
    return workspace;
  }

  /** A new workspace under a free key. Throws POOL_SATURATED at the cap. */
  open(key: string, onEnd: () => void): Workspace {
    this.#makeRoom();
    const workspace = new Workspace(randomUUID(), this.#now);
    this.#entries.set(key, { workspace, onEnd });
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

  /** At the cap the longest idle workspace in which no tool was ever called gives way: opening is cheap, using is not. */
  #makeRoom(): void {
    if (this.#entries.size < this.#limits.workspaces) return;
    this.sweep();
    if (this.#entries.size < this.#limits.workspaces) return;
    const unused = [...this.#entries].filter(([, { workspace }]) => !workspace.isUsed && !workspace.isBusy);
    const oldest = unused.reduce<(typeof unused)[number] | undefined>(
      (best, next) => (best === undefined || next[1].workspace.idleMs > best[1].workspace.idleMs ? next : best),
      undefined,
    );
    if (oldest === undefined) {
      throw new Fault(
        'POOL_SATURATED',
        `All ${this.#limits.workspaces} workspaces are in use (limit workspaces); try again later.`,
      );
    }
    this.end(oldest[0]);
  }
}
