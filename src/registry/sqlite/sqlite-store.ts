/**
 * The registry's tables in a SQLite file, which any number of processes may share. Statements run at a stretch in this
 * thread, so each is small; waiting for another process's lock does not block. A file that was taken away, replaced or
 * broken is opened anew before the next statement, never written to by its old handle.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { nowMs } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import type { Row } from '../store/rows.ts';
import type { Statement, Steps, Store, StoreMode } from '../store/store.ts';
import { openDatabase } from './open-database.ts';
import { ABSENT, identityOf } from './registry-file.ts';
import { isBroken, isBusy, sqliteFault } from './sqlite-fault.ts';

export interface SqliteStoreOptions {
  readonly file: string;
  readonly isReadOnly: boolean;
  /** How long an operation waits for a lock of another process. */
  readonly waitMs?: number;
}

const WAIT_MS = 5_000;
const RETRY_MS = 30;
/** Whoever asks for one thing after the other would keep everybody else waiting: no statement takes longer than it must. */
const TURN_MS = 10;

interface Open {
  readonly database: DatabaseSync;
  readonly identity: string;
  readonly statements: Map<string, StatementSync>;
}

export class SqliteStore implements Store {
  readonly kind = 'sqlite';
  readonly pollMs = 200;
  readonly #options: SqliteStoreOptions;
  #sqlite: typeof import('node:sqlite') | undefined;
  #open: Open | undefined;
  #isClosed = false;
  #turnMs = nowMs();

  constructor(options: SqliteStoreOptions) {
    this.#options = options;
  }

  async run<Value>(mode: StoreMode, steps: () => Steps<Value>): Promise<Value> {
    // Loaded when it is needed: a server without dynamic tools need not pay.
    this.#sqlite ??= await import('node:sqlite');
    const deadline = nowMs() + (mode === 'peek' ? 0 : (this.#options.waitMs ?? WAIT_MS));
    for (;;) {
      await this.#leaveRoom();
      try {
        return this.#attempt(this.#sqlite, mode, steps);
      } catch (thrown) {
        if (isBroken(thrown)) this.#letGo();
        if (!isBusy(thrown) || nowMs() >= deadline) throw sqliteFault(thrown);
      }
      await delay(RETRY_MS * (0.5 + Math.random()));
    }
  }

  /** Nobody tells of changes by other processes: the feed looks for them. */
  watch(): void {}

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#letGo();
  }

  async #leaveRoom(): Promise<void> {
    if (nowMs() - this.#turnMs < TURN_MS) return;
    await nextTurn();
    this.#turnMs = nowMs();
  }

  #attempt<Value>(sqlite: typeof import('node:sqlite'), mode: StoreMode, steps: () => Steps<Value>): Value {
    if (this.#isClosed) throw new Fault('SHUTTING_DOWN', 'The registry is closed.');
    const open = this.#current(sqlite, mode);
    if (mode !== 'write') return drive(open, steps());
    open.database.exec('BEGIN IMMEDIATE');
    try {
      const value = drive(open, steps());
      open.database.exec('COMMIT');
      return value;
    } catch (thrown) {
      // SQLite itself has rolled back after some errors.
      if (open.database.isTransaction) open.database.exec('ROLLBACK');
      throw thrown;
    }
  }

  #current(sqlite: typeof import('node:sqlite'), mode: StoreMode): Open {
    const { file, isReadOnly } = this.#options;
    const identity = identityOf(file);
    // Whoever only looks makes no file: one that is not there reads as an empty one, which nothing is written to.
    const isMade = mode === 'write' && !isReadOnly && identity === ABSENT;
    if (this.#open !== undefined && (this.#open.identity !== identity || isMade)) this.#letGo();
    if (this.#open === undefined) {
      const database = openDatabase(sqlite, file, { isReadOnly, isMade });
      this.#open = { database, identity: isMade ? identityOf(file) : identity, statements: new Map() };
    }
    return this.#open;
  }

  #letGo(): void {
    const open = this.#open;
    this.#open = undefined;
    try {
      open?.database.close();
    } catch {
      // It was broken already.
    }
  }
}

function drive<Value>(open: Open, steps: Steps<Value>): Value {
  let step = steps.next([]);
  while (!step.done) step = steps.next(rowsOf(open, step.value));
  return step.value;
}

function rowsOf({ database, statements }: Open, { sql, values }: Statement): readonly Row[] {
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = database.prepare(sql);
    statements.set(sql, statement);
  }
  return statement.all(Object.fromEntries(values.map((value, at) => [`$${at + 1}`, value])));
}
