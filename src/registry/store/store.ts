/**
 * The seam between the registry and its databases. What is read and written is in steps.ts, once for both; a store only
 * carries statements to its database, all or none of them, and says in a fault what was in the way.
 */
import type { Row } from './rows.ts';

/** SQL that both databases understand, with $1, $2 … for the values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Yields statements, is given their rows. SQLite drives it at a stretch, PostgreSQL over a connection. */
export type Steps<Value> = Generator<Statement, Value, readonly Row[]>;

/**
 * `write`: one transaction, alone; repeated after a loss of the connection, so what it does twice it must do once.
 * `read`: waits a while for a database that is away. `peek`: does not.
 */
export type StoreMode = 'write' | 'read' | 'peek';

export interface Store {
  readonly kind: 'sqlite' | 'postgres';
  /** How long to wait before looking for changes that nobody told of. */
  readonly pollMs: number;
  /**
   * The value of the steps. Rejects with Fault REGISTRY_UNAVAILABLE, or with what the steps themselves throw: nothing is
   * stored then.
   */
  run<Value>(mode: StoreMode, steps: () => Steps<Value>): Promise<Value>;
  /** Calls `wake` when there may be changes, until the store is closed. */
  watch(wake: () => void): void;
  /** Ends what is under way within a moment, and everything that was opened. */
  close(): Promise<void>;
}
