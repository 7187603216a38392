/**
 * The registry's tables in a PostgreSQL database, for many instances. A connection that is lost is replaced and its work
 * repeated, for a few seconds: every write has an id of its own, so one whose confirmation got lost is not made twice.
 * No state of the database, and no error of a connection that nobody uses, ends the process.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ClientConfig, Pool, PoolClient } from 'pg';
import { nowMs } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Row } from '../store/rows.ts';
import type { Steps, Store, StoreMode } from '../store/store.ts';
import { backoffMs } from './backoff.ts';
import { ChangeListener } from './change-listener.ts';
import { assertMigrated, migrate } from './migrate.ts';
import { isPassing, isTableMissing, postgresFault } from './postgres-fault.ts';

export interface PostgresStoreOptions {
  readonly url: string;
  readonly isReadOnly: boolean;
  readonly log: Log;
  /** How long an operation waits for a database that is away. */
  readonly waitMs?: number;
  readonly statementMs?: number;
}

const WAIT_MS = 5_000;
const STATEMENT_MS = 5_000;
const CONNECT_MS = 3_000;
const MAX_BACKOFF_MS = 500;
const CLOSE_MS = 1_000;
const CONNECTIONS = 6;
const LISTENING_POLL_MS = 1_000;
const DEAF_POLL_MS = 200;

export class PostgresStore implements Store {
  readonly kind = 'postgres';
  readonly #options: PostgresStoreOptions;
  readonly #clients = new Set<PoolClient>();
  readonly #closed = new AbortController();
  #pool: Promise<Pool> | undefined;
  #listener: ChangeListener | undefined;
  #hasTables = false;

  constructor(options: PostgresStoreOptions) {
    this.#options = options;
  }

  get pollMs(): number {
    return this.#listener?.isListening ? LISTENING_POLL_MS : DEAF_POLL_MS;
  }

  async run<Value>(mode: StoreMode, steps: () => Steps<Value>): Promise<Value> {
    const deadline = nowMs() + (mode === 'peek' ? 0 : (this.#options.waitMs ?? WAIT_MS));
    const attempt = { isUncertain: false };
    for (let failures = 1; ; failures += 1) {
      if (this.#closed.signal.aborted) throw new Fault('SHUTTING_DOWN', 'The registry is closed.');
      try {
        return await this.#attempt(mode, steps, attempt);
      } catch (thrown) {
        if (isTableMissing(thrown)) this.#hasTables = false;
        if (!isPassing(thrown) || nowMs() >= deadline) throw postgresFault(thrown, attempt.isUncertain);
      }
      await delay(backoffMs(failures, MAX_BACKOFF_MS), undefined, { signal: this.#closed.signal }).catch(() => {});
    }
  }

  watch(wake: () => void): void {
    const { log } = this.#options;
    const makeClient = async (): Promise<Client> => {
      const { Client } = await import('pg');
      return new Client(this.#config());
    };
    this.#listener ??= new ChangeListener({ makeClient, wake, log });
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#listener?.close();
    const pool = await this.#pool;
    if (pool === undefined || pool.ending) return;
    // A database that hangs confirms nothing: its connections are cut.
    const cut = setTimeout(() => {
      for (const client of this.#clients) client.connection.stream.destroy();
    }, CLOSE_MS);
    await pool.end();
    clearTimeout(cut);
  }

  async #attempt<Value>(mode: StoreMode, steps: () => Steps<Value>, attempt: { isUncertain: boolean }): Promise<Value> {
    this.#pool ??= this.#makePool();
    const client = await (await this.#pool).connect();
    try {
      await this.#ensureTables(client);
      const value = mode === 'write' ? await transact(client, steps, attempt) : await drive(client, steps());
      client.release();
      return value;
    } catch (thrown) {
      // What the steps themselves throw says nothing against the connection.
      client.release(!(thrown instanceof Fault));
      throw thrown;
    }
  }

  async #ensureTables(client: PoolClient): Promise<void> {
    if (this.#hasTables) return;
    await (this.#options.isReadOnly ? assertMigrated(client) : migrate(client));
    this.#hasTables = true;
  }

  async #makePool(): Promise<Pool> {
    const { Pool } = await import('pg');
    const pool = new Pool({ ...this.#config(), max: CONNECTIONS, idleTimeoutMillis: 30_000, allowExitOnIdle: true });
    pool.on('error', (error) => this.#options.log.debug({ err: error }, 'an idle connection of the registry was lost'));
    pool.on('connect', (client) => {
      this.#clients.add(client);
      // While it is in use its loss is told by the statement under way, and to nobody else.
      client.on('error', () => {});
    });
    pool.on('remove', (client) => this.#clients.delete(client));
    return pool;
  }

  #config(): ClientConfig {
    const { url, statementMs = STATEMENT_MS } = this.#options;
    return {
      connectionString: url,
      application_name: 'codeloom',
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: statementMs,
      // For a database that does not even say that it is too slow.
      query_timeout: statementMs + 1_000,
      // An instance that hangs in the middle of a write must not hold up the others.
      idle_in_transaction_session_timeout: 2 * statementMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    };
  }
}

async function transact<Value>(
  client: PoolClient,
  steps: () => Steps<Value>,
  attempt: { isUncertain: boolean },
): Promise<Value> {
  // Each statement has to see what was committed while the first waited for its turn.
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    const value = await drive(client, steps());
    attempt.isUncertain = true;
    await client.query('COMMIT');
    return value;
  } catch (thrown) {
    if (thrown instanceof Fault) {
      await client.query('ROLLBACK');
      attempt.isUncertain = false;
    }
    throw thrown;
  }
}

async function drive<Value>(client: PoolClient, steps: Steps<Value>): Promise<Value> {
  let step = steps.next([]);
  while (!step.done) {
    const { sql, values } = step.value;
    const { rows } = await client.query<Row>(sql, [...values]);
    step = steps.next(rows);
  }
  return step.value;
}
