/**
 * What lies in the tables of both backends, and how a row of a driver becomes one of ours. Whoever can reach the
 * database may have changed anything, so nothing here is trusted: src/registry/record/stored-tool.ts judges the content.
 */

/** Of a driver: SQLite gives numbers, PostgreSQL gives a bigint as text. */
export type Row = Readonly<Record<string, unknown>>;

/** One revision of one tool: content that never changes once it is stored. */
export interface RevisionRow {
  /** Counts the changes of the whole registry, in the order of their commits; never used twice. */
  readonly sequence: number;
  /** Made by whoever wrote it, so that a write whose answer got lost is not made twice. */
  readonly writeId: string;
  /** Of the layout of `face`; see FORMAT. */
  readonly format: number;
  readonly name: string;
  readonly revision: number;
  readonly isDeleted: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** JSON of the definition without its code; empty where the tool was deleted. */
  readonly face: string;
  readonly code: string;
  /** Over everything above but sequence and writeId. */
  readonly hash: string;
}

/** What finds a tool that is not deleted. Can be made anew from its last revision. */
export interface LiveRow {
  readonly name: string;
  readonly folded: string;
  readonly isEnabled: boolean;
  /** Lower-case text that queries look into. */
  readonly search: string;
  readonly bytes: number;
}

export interface BundleRow {
  readonly madeBy: string;
  readonly text: string;
  readonly hash: string;
}

export interface ChangeRow {
  readonly sequence: number;
  readonly writeId: string;
  readonly name: string;
  readonly revision: number;
  readonly isDeleted: boolean;
}

/** The layout of the rows that this version writes. */
export const FORMAT = 1;

export function readRevision(row: Row): RevisionRow {
  return {
    ...readChange(row),
    format: Number(row.format),
    createdAt: String(row.created_at),
    createdBy: String(row.created_by),
    updatedAt: String(row.updated_at),
    updatedBy: String(row.updated_by),
    face: String(row.face),
    code: String(row.code),
    hash: String(row.hash),
  };
}

export function readChange(row: Row): ChangeRow {
  return {
    sequence: Number(row.sequence),
    writeId: String(row.write_id),
    name: String(row.name),
    revision: Number(row.revision),
    isDeleted: Number(row.is_deleted) !== 0,
  };
}

export function readBundle(row: Row): BundleRow {
  return { madeBy: String(row.made_by), text: String(row.text), hash: String(row.hash) };
}
