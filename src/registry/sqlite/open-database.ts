/**
 * Opens the SQLite file, sets what has to be set on every connection, and brings its tables up to date. Called by
 * sqlite-store.ts, which handles what goes wrong: everything here throws, and leaves nothing open.
 */
import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../base/fault.ts';
import { assertMakeable, assertTrusted, prepareFile } from './registry-file.ts';

type Sqlite = typeof import('node:sqlite');

/** In order; a file's `user_version` says how many of them it has had. Never changed once released, only added to. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE codeloom_clock (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL) STRICT;
   INSERT INTO codeloom_clock VALUES (1, 0);
   CREATE TABLE codeloom_revisions (
     sequence INTEGER PRIMARY KEY, write_id TEXT NOT NULL UNIQUE, format INTEGER NOT NULL,
     name TEXT NOT NULL, revision INTEGER NOT NULL, is_deleted INTEGER NOT NULL,
     created_at TEXT NOT NULL, created_by TEXT NOT NULL, updated_at TEXT NOT NULL, updated_by TEXT NOT NULL,
     face TEXT NOT NULL, code TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE (name, revision)
   ) STRICT;
   CREATE TABLE codeloom_tools (
     name TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, is_enabled INTEGER NOT NULL,
     search TEXT NOT NULL, bytes INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE codeloom_bundles (
     name TEXT NOT NULL, revision INTEGER NOT NULL, made_by TEXT NOT NULL, text TEXT NOT NULL, hash TEXT NOT NULL,
     PRIMARY KEY (name, revision)
   ) STRICT;`,
];
/** "Clom": says that a file is ours, and not some other program's. */
const APPLICATION_ID = 0x436c6f6d;
/** How long a statement may hold up everything else; whoever waits longer waits without blocking, in sqlite-store.ts. */
const BUSY_MS = 20;

export interface OpenMode {
  readonly isReadOnly: boolean;
  /** A file that is not there is made; else it reads as an empty registry. */
  readonly isMade: boolean;
}

export function openDatabase({ DatabaseSync }: Sqlite, file: string, { isReadOnly, isMade }: OpenMode): DatabaseSync {
  if (!isReadOnly && (isMade || assertTrusted(file) !== undefined)) prepareFile(file);
  const isThere = assertTrusted(file) !== undefined;
  if (!isReadOnly && !isThere) assertMakeable(file);
  const database = new DatabaseSync(isThere ? file : ':memory:', {
    readOnly: isReadOnly && isThere,
    timeout: BUSY_MS,
    enableDoubleQuotedStringLiterals: false,
    allowExtension: false,
  });
  try {
    // The schema of a file is as much a stranger's as its rows: no function of it may do anything.
    database.enableDefensive(true);
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = OFF;');
    if (isReadOnly && isThere) assertMigrated(database);
    else migrate(database);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function migrate(database: DatabaseSync): void {
  assertOurs(database);
  // Here, because the mode cannot be changed within a transaction. In this mode a SIGKILL loses nothing that was
  // committed; the loss of power may lose the last commits, and damages nothing. A file system without shared memory
  // cannot have it, and needs every commit to be waited for.
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  database.exec(`PRAGMA synchronous = ${mode === 'wal' ? 'NORMAL' : 'FULL'}`);
  if (versionOf(database) >= MIGRATIONS.length) return assertKnown(database);
  database.exec('BEGIN IMMEDIATE');
  try {
    // Again, inside: another process may have been first.
    for (const migration of MIGRATIONS.slice(versionOf(database))) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT;`);
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

function assertMigrated(database: DatabaseSync): void {
  assertOurs(database);
  if (versionOf(database) < MIGRATIONS.length)
    throw refusal('was made by an older Codeloom. Start once without --read-only, to bring it up to date');
  assertKnown(database);
}

function assertKnown(database: DatabaseSync): void {
  if (versionOf(database) > MIGRATIONS.length) throw refusal('was made by a newer Codeloom. Use that one');
}

function assertOurs(database: DatabaseSync): void {
  const id = pragma(database, 'application_id');
  const [first] = database.prepare('SELECT name FROM sqlite_schema LIMIT 1').all();
  if (id === APPLICATION_ID || (id === 0 && first === undefined)) return;
  throw refusal('is the database of another program. Name another with --registry-file');
}

function versionOf(database: DatabaseSync): number {
  return pragma(database, 'user_version');
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function refusal(reason: string): Fault {
  return new Fault('REGISTRY_UNAVAILABLE', `The registry's file ${reason}.`);
}
