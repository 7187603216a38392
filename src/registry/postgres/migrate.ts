/**
 * Brings the tables of a PostgreSQL database up to date, one instance at a time. Called by postgres-store.ts on the first
 * connection, and again where the tables turn out to be gone. They lie in the first schema of the login's search path.
 */
import type { PoolClient } from 'pg';
import { Fault } from '../../base/fault.ts';

export const CHANNEL = 'codeloom_registry';

/** In order. Never changed once released, only added to. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE codeloom_clock (one smallint PRIMARY KEY CHECK (one = 1), sequence bigint NOT NULL);
   INSERT INTO codeloom_clock VALUES (1, 0);
   CREATE TABLE codeloom_revisions (
     sequence bigint PRIMARY KEY, write_id text NOT NULL UNIQUE, format integer NOT NULL,
     name text COLLATE "C" NOT NULL, revision integer NOT NULL, is_deleted smallint NOT NULL,
     created_at text NOT NULL, created_by text NOT NULL, updated_at text NOT NULL, updated_by text NOT NULL,
     face text NOT NULL, code text NOT NULL, hash text NOT NULL, UNIQUE (name, revision)
   );
   CREATE TABLE codeloom_tools (
     name text COLLATE "C" PRIMARY KEY, folded text COLLATE "C" NOT NULL UNIQUE, revision integer NOT NULL,
     is_enabled smallint NOT NULL, search text NOT NULL, bytes integer NOT NULL
   );
   CREATE TABLE codeloom_bundles (
     name text COLLATE "C" NOT NULL, revision integer NOT NULL, made_by text NOT NULL, text text NOT NULL,
     hash text NOT NULL, PRIMARY KEY (name, revision)
   );
   CREATE FUNCTION codeloom_tell() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN PERFORM pg_notify('${CHANNEL}', NEW.sequence::text); RETURN NULL; END $$;
   CREATE TRIGGER codeloom_tell AFTER INSERT ON codeloom_revisions FOR EACH ROW EXECUTE FUNCTION codeloom_tell();`,
];
/** Asked of the catalog's rows: `to_regclass` answers from a cache that does not see what was committed meanwhile. */
const HAS_TABLES = `SELECT EXISTS (
  SELECT FROM pg_catalog.pg_tables WHERE tablename = 'codeloom_schema' AND schemaname = ANY (current_schemas(false))
) AS found`;
/** Any number that nobody else is likely to lock by. */
const LOCK = 0x436c6f6d;
/** Another instance may be migrating a large table. */
const MIGRATION_MS = 60_000;

export async function migrate(client: PoolClient): Promise<void> {
  if ((await versionOf(client)) === MIGRATIONS.length) return;
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL statement_timeout = ${MIGRATION_MS}`);
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    // Again, inside: another instance may have been first.
    const version = await versionOf(client);
    if (version > MIGRATIONS.length) throw refusal('was made by a newer Codeloom. Use that one');
    if (version === 0) await client.query('CREATE TABLE IF NOT EXISTS codeloom_schema (version integer NOT NULL)');
    for (const migration of MIGRATIONS.slice(version)) await client.query(migration);
    await client.query('DELETE FROM codeloom_schema');
    await client.query('INSERT INTO codeloom_schema VALUES ($1)', [MIGRATIONS.length]);
    await client.query('COMMIT');
  } catch (thrown) {
    await client.query('ROLLBACK');
    throw thrown;
  }
}

/** For who may not write: the tables have to be there as they are. */
export async function assertMigrated(client: PoolClient): Promise<void> {
  const version = await versionOf(client);
  if (version === MIGRATIONS.length) return;
  if (version > MIGRATIONS.length) throw refusal('was made by a newer Codeloom. Use that one');
  throw refusal('has no registry of this version yet. Start once without --read-only');
}

/** 0 where there are no tables. */
async function versionOf(client: PoolClient): Promise<number> {
  const { rows: found } = await client.query(HAS_TABLES);
  if (found[0]?.found !== true) return 0;
  const { rows } = await client.query('SELECT max(version) AS version FROM codeloom_schema');
  return Number(rows[0]?.version ?? 0);
}

function refusal(reason: string): Fault {
  return new Fault('REGISTRY_UNAVAILABLE', `The registry's database ${reason}.`);
}
