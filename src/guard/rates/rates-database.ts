/**
 * The registry's database as the place of shared counts: a small pool of its own, a table that is made when it is first
 * needed, and a pause after each failure, so that a database that hangs costs one request a moment and not every request.
 * Opened by guard.ts for meters.ts. No error of a connection ends the process, and none of ours waits for it for long.
 */
import type { Pool, QueryResult } from 'pg';
import type { RegistrySettings } from '../../base/config.ts';
import { nowMs } from '../../base/deadline.ts';
import type { Log } from '../../base/log.ts';

export const RATES_TABLE = 'codeloom_rates';

export interface RatesDatabase {
  /** For rate-limiter-flexible, which sends its statements through it. */
  readonly client: { query(statement: Statement): Promise<QueryResult> };
  /** False while each instance counts by itself. */
  readonly isReached: boolean;
  close(): Promise<void>;
}

interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface RatesDatabaseOptions {
  readonly url: string;
  readonly log: Log;
  /** How long a statement may take, with whatever goes before it. */
  readonly statementMs?: number;
  /** How long nobody is asked after a failure. */
  readonly pauseMs?: number;
}

const STATEMENT_MS = 1_000;
const PAUSE_MS = 1_000;
const CONNECTIONS = 3;
const HAS_TABLE = `SELECT EXISTS (
  SELECT FROM pg_catalog.pg_tables WHERE tablename = '${RATES_TABLE}' AND schemaname = ANY (current_schemas(false))
) AS found`;
/** As rate-limiter-flexible wants it. */
const CREATE = `CREATE TABLE IF NOT EXISTS ${RATES_TABLE} (
  key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint
)`;
/** Another instance was first: PostgreSQL lets two try at the same time. */
const MADE_BY_ANOTHER: ReadonlySet<unknown> = new Set(['23505', '42P07']);
const NO_TABLE = '42P01';

/** Of the settings: where the registry is shared, so are the counts. */
export function sharedCounts({ kind, url }: RegistrySettings, log: Log): { readonly database?: RatesDatabase } {
  return kind === 'postgres' && url !== undefined ? { database: openRatesDatabase({ url, log }) } : {};
}

export function openRatesDatabase(options: RatesDatabaseOptions): RatesDatabase {
  return new SharedCounts(options);
}

class SharedCounts implements RatesDatabase {
  readonly client = { query: (statement: Statement) => this.#query(statement) };
  readonly #options: RatesDatabaseOptions;
  #pool: Promise<Pool> | undefined;
  #table: Promise<void> | undefined;
  #awayUntilMs = 0;
  #isReached = true;
  #isClosed = false;

  constructor(options: RatesDatabaseOptions) {
    this.#options = options;
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const pool = await this.#pool;
    if (pool !== undefined && !pool.ended) await pool.end();
  }

  async #query({ text, values = [] }: Statement): Promise<QueryResult> {
    if (this.#isClosed || nowMs() < this.#awayUntilMs) throw new Error('The counts are not shared now.');
    this.#pool ??= this.#makePool();
    const pool = await this.#pool;
    try {
      this.#table ??= makeTable(pool);
      await this.#table;
      // Without the name that would make it a prepared one: a pooler in between may hand over another connection.
      const result = await pool.query(text, [...values]);
      this.#tell(true);
      return result;
    } catch (thrown) {
      this.#table = undefined;
      this.#awayUntilMs = nowMs() + (this.#options.pauseMs ?? PAUSE_MS);
      if (codeOf(thrown) !== NO_TABLE) this.#tell(false, thrown);
      throw thrown;
    }
  }

  #tell(isReached: boolean, reason?: unknown): void {
    if (isReached === this.#isReached || this.#isClosed) return;
    this.#isReached = isReached;
    const { log } = this.#options;
    if (isReached) log.info('rates and budgets are shared through the database again');
    else log.warn({ err: reason }, 'the database of rates and budgets is away: this instance counts by itself');
  }

  async #makePool(): Promise<Pool> {
    const { Pool } = await import('pg');
    const { url, statementMs = STATEMENT_MS, log } = this.#options;
    const pool = new Pool({
      connectionString: url,
      application_name: 'codeloom-rates',
      max: CONNECTIONS,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      connectionTimeoutMillis: statementMs,
      statement_timeout: statementMs,
      // For a database that does not even say that it is too slow.
      query_timeout: statementMs,
      keepAlive: true,
    });
    pool.on('error', (error) => log.debug({ err: error }, 'an idle connection of the rates was lost'));
    // While it is in use its loss is told by the statement under way, and to nobody else.
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  }
}

/** Looked for first: whoever may not make tables may use one that is there. */
async function makeTable(pool: Pool): Promise<void> {
  const { rows } = await pool.query(HAS_TABLE);
  if (rows[0]?.found === true) return;
  try {
    await pool.query(CREATE);
  } catch (thrown) {
    if (!MADE_BY_ANOTHER.has(codeOf(thrown))) throw thrown;
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
