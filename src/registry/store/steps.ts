/**
 * Everything that is ever asked of the tables, in SQL that SQLite and PostgreSQL share. Called by create-registry.ts and
 * the files beside it, run by a store. Decides nothing: what a write does to what it finds is told it from outside.
 */
import {
  type BundleRow,
  type ChangeRow,
  type LiveRow,
  type RevisionRow,
  type Row,
  readBundle,
  readChange,
  readRevision,
} from './rows.ts';
import type { Steps } from './store.ts';

const COLUMNS =
  'sequence, write_id, format, name, revision, is_deleted, created_at, created_by, updated_at, updated_by, face, code, hash';
/** Of the text of a bundle. */
export const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;

const CHANGE_COLUMNS = 'sequence, write_id, name, revision, is_deleted';
const LAST_OF_NAME = `SELECT ${COLUMNS} FROM codeloom_revisions WHERE name = $1 ORDER BY revision DESC LIMIT 1`;
const ONE_REVISION = `SELECT ${COLUMNS} FROM codeloom_revisions WHERE name = $1 AND revision = $2`;

/** What a write finds, looked at in the same transaction. */
export interface Found {
  /** This very write, made before: its answer got lost. */
  readonly repeated?: RevisionRow;
  readonly last?: RevisionRow;
  /** The revision that was asked for. */
  readonly asked?: RevisionRow;
  /** The tool that has the name or one too like it; present where the name's own tool is not deleted, too. */
  readonly taken?: string;
}

export interface WriteSubject {
  readonly writeId: string;
  readonly name: string;
  readonly folded: string;
  readonly asked?: number;
}

export interface NewRevision {
  readonly row: Omit<RevisionRow, 'sequence'>;
  /** Absent where the tool is deleted. */
  readonly live?: LiveRow;
  readonly bundle?: BundleRow;
}

/** Throws a Fault to store nothing; undefined stores nothing either and is no mistake. */
export type DecideWrite = (found: Found) => NewRevision | undefined;

/** The row that was stored, by this call or by one before it whose answer got lost. */
export function* writeRevision(subject: WriteSubject, decide: DecideWrite): Steps<RevisionRow | undefined> {
  // First, because the clock's row lets in one writer at a time: sequences are in the order of commits.
  const [clock] = yield sql('UPDATE codeloom_clock SET sequence = sequence + 1 RETURNING sequence');
  const found = yield* findForWrite(subject);
  if (found.repeated !== undefined) return found.repeated;
  const decided = decide(found);
  if (decided === undefined) return undefined;
  const row: RevisionRow = { ...decided.row, sequence: Number(clock?.sequence) };
  yield* insertRevision(row);
  yield sql('DELETE FROM codeloom_tools WHERE name = $1', row.name);
  if (decided.live !== undefined) yield* insertLive(decided.live, row.revision);
  if (decided.bundle !== undefined) yield* putBundle(row.name, row.revision, decided.bundle);
  return row;
}

function* findForWrite({ writeId, name, folded, asked }: WriteSubject): Steps<Found> {
  const [repeated] = yield sql(`SELECT ${COLUMNS} FROM codeloom_revisions WHERE write_id = $1`, writeId);
  const [last] = yield sql(LAST_OF_NAME, name);
  const [wanted] = asked === undefined ? [] : yield sql(ONE_REVISION, name, asked);
  const [taken] = yield sql('SELECT name FROM codeloom_tools WHERE folded = $1', folded);
  return {
    ...(repeated === undefined ? {} : { repeated: readRevision(repeated) }),
    ...(last === undefined ? {} : { last: readRevision(last) }),
    ...(wanted === undefined ? {} : { asked: readRevision(wanted) }),
    ...(taken === undefined ? {} : { taken: String(taken.name) }),
  };
}

function* insertRevision(row: RevisionRow): Steps<void> {
  yield sql(
    `INSERT INTO codeloom_revisions (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    ...[row.sequence, row.writeId, row.format, row.name, row.revision, row.isDeleted ? 1 : 0],
    ...[row.createdAt, row.createdBy, row.updatedAt, row.updatedBy, row.face, row.code, row.hash],
  );
}

function* insertLive({ name, folded, isEnabled, search, bytes }: LiveRow, revision: number): Steps<void> {
  yield sql(
    'INSERT INTO codeloom_tools (name, folded, revision, is_enabled, search, bytes) VALUES ($1, $2, $3, $4, $5, $6)',
    ...[name, folded, revision, isEnabled ? 1 : 0, search, bytes],
  );
}

export function* putBundle(name: string, revision: number, { madeBy, text, hash }: BundleRow): Steps<void> {
  yield sql(
    'INSERT INTO codeloom_bundles (name, revision, made_by, text, hash) VALUES ($1, $2, $3, $4, $5) ' +
      'ON CONFLICT (name, revision) DO UPDATE SET made_by = excluded.made_by, text = excluded.text, hash = excluded.hash',
    ...[name, revision, madeBy, text, hash],
  );
}

export interface FoundRevision {
  readonly row: RevisionRow;
  readonly bundle?: BundleRow;
}

/** Without a revision the last one, where the tool is not deleted. */
export function* findRevision(
  name: string,
  revision: number | undefined,
  withBundle: boolean,
): Steps<FoundRevision | undefined> {
  const [found] = revision === undefined ? yield sql(LAST_OF_NAME, name) : yield sql(ONE_REVISION, name, revision);
  if (found === undefined) return undefined;
  const row = readRevision(found);
  if (!withBundle) return { row };
  const [bundle] = yield sql(
    // One that somebody blew up is not read, so it does not fit its hash.
    `SELECT made_by, CASE WHEN octet_length(text) <= ${MAX_BUNDLE_BYTES} THEN text ELSE '' END AS text, hash
     FROM codeloom_bundles WHERE name = $1 AND revision = $2`,
    ...[name, row.revision],
  );
  return bundle === undefined ? { row } : { row, bundle: readBundle(bundle) };
}

/** The live tools of these names that come first in the order of names. */
export interface PageQuery {
  readonly after: string;
  readonly words: readonly string[];
  readonly isEnabled?: boolean;
  readonly limit: number;
  /** A page ends early when it holds as much, but never before its first tool. */
  readonly maxBytes: number;
}

export interface PageRow {
  readonly name: string;
  readonly revision: number;
  /** Of this tool and those before it on the page. */
  readonly totalBytes: number;
  /** Absent where somebody took the content away. */
  readonly row?: RevisionRow;
}

export function* readPage({ after, words, isEnabled, limit, maxBytes }: PageQuery): Steps<readonly PageRow[]> {
  const values: (string | number)[] = [after, limit, maxBytes];
  const place = (value: string | number) => `$${values.push(value)}`;
  const conditions = words.map((word) => `search LIKE ${place(`%${escapeLike(word)}%`)} ESCAPE '!'`);
  if (isEnabled !== undefined) conditions.push(`is_enabled = ${place(isEnabled ? 1 : 0)}`);
  const chosen = `SELECT name, revision, bytes FROM codeloom_tools WHERE ${['name > $1', ...conditions].join(' AND ')} ORDER BY name LIMIT $2`;
  const summed = `SELECT name, revision, bytes, sum(bytes) OVER (ORDER BY name) AS total FROM (${chosen}) AS chosen`;
  const revisions = COLUMNS.split(', ').map((column) => `r.${column}`);
  const rows = yield sql(
    `SELECT s.name AS live_name, s.revision AS live_revision, s.total, ${revisions.join(', ')} FROM (${summed}) AS s
     LEFT JOIN codeloom_revisions AS r ON r.name = s.name AND r.revision = s.revision
     WHERE s.total - s.bytes < $3 ORDER BY s.name`,
    ...values,
  );
  return rows.map((row) => ({
    name: String(row.live_name),
    revision: Number(row.live_revision),
    totalBytes: Number(row.total),
    ...(row.name === null ? {} : { row: readRevision(row) }),
  }));
}

/** The newest first. */
export function* readHistory(name: string, before: number, limit: number): Steps<readonly RevisionRow[]> {
  const rows = yield sql(
    `SELECT ${COLUMNS} FROM codeloom_revisions WHERE name = $1 AND revision < $2 ORDER BY revision DESC LIMIT $3`,
    ...[name, before, limit],
  );
  return rows.map(readRevision);
}

/** From this sequence on, itself included, in order. */
export function* readChanges(sequence: number, limit: number): Steps<readonly ChangeRow[]> {
  const rows = yield sql(
    `SELECT ${CHANGE_COLUMNS} FROM codeloom_revisions WHERE sequence >= $1 ORDER BY sequence LIMIT $2`,
    ...[sequence, limit],
  );
  return rows.map(readChange);
}

export function* readLastChange(): Steps<ChangeRow | undefined> {
  const [row] = yield sql(`SELECT ${CHANGE_COLUMNS} FROM codeloom_revisions ORDER BY sequence DESC LIMIT 1`);
  return row === undefined ? undefined : readChange(row);
}

export function* readRevisions(afterSequence: number, limit: number): Steps<readonly RevisionRow[]> {
  const rows = yield sql(
    `SELECT ${COLUMNS} FROM codeloom_revisions WHERE sequence > $1 ORDER BY sequence LIMIT $2`,
    ...[afterSequence, limit],
  );
  return rows.map(readRevision);
}

/** Names near which a name that does not exist may have been meant. */
export function* readNames(limit: number): Steps<readonly string[]> {
  const rows = yield sql('SELECT name FROM codeloom_tools ORDER BY name LIMIT $1', limit);
  return rows.map((row: Row) => String(row.name));
}

export function* countTools(): Steps<number> {
  const [row] = yield sql('SELECT count(*) AS tools FROM codeloom_tools');
  return Number(row?.tools);
}

function sql(text: string, ...values: readonly (string | number)[]) {
  return { sql: text, values };
}

/** The backslash would be one too many: PostgreSQL may or may not take it for an escape in a literal. */
function escapeLike(word: string): string {
  return word.replaceAll(/[!%_]/g, (char) => `!${char}`);
}
