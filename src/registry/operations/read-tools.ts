/**
 * Reading from the registry: pages, cursors, and the judgement of what comes back. Called by create-registry.ts. Never
 * reads more than a page, however many tools there are.
 */
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import {
  type QuarantinedTool,
  readKeptBundle,
  readStored,
  type StoredTool,
  type ToolRecord,
} from '../record/stored-tool.ts';
import type { ComplainAboutName } from '../record/tool-name.ts';
import type { GetOptions, HistoryPage, ToolPage, ToolQuery } from '../registry.ts';
import { findRevision, type PageRow, readHistory, readPage } from '../store/steps.ts';
import type { Store } from '../store/store.ts';
import { parseCursor, renderCursor } from './cursor.ts';

const MAX_NAME_CHARS = 64;
const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_HISTORY_PAGE = 20;
const MAX_QUERY_CHARS = 200;
const MAX_WORDS = 8;

export interface GetParts {
  readonly store: Store;
  readonly complainAboutName: ComplainAboutName;
  readonly log: Log;
}

export async function getTool(
  { store, complainAboutName, log }: GetParts,
  name: string,
  { revision, withBundle = false }: GetOptions,
): Promise<StoredTool | undefined> {
  if (!isPossibleName(name)) return undefined;
  if (revision !== undefined) assertCount(revision, 'revision');
  const found = await store.run('read', () => findRevision(name, revision, withBundle));
  if (found === undefined || (revision === undefined && found.row.isDeleted)) return undefined;
  const stored = readStored(found.row, complainAboutName);
  if (stored.kind !== 'tool' || found.bundle === undefined) return stored;
  const bundle = readKeptBundle(found.bundle, found.row.hash);
  if (bundle !== undefined) return { ...stored, bundle };
  log.warn({ tool: name, revision: stored.revision }, 'a kept program was changed outside Codeloom; it is not used');
  return stored;
}

export async function listTools(
  store: Store,
  query: ToolQuery,
  complainAboutName: ComplainAboutName,
): Promise<ToolPage> {
  const limit = pageSize(query.limit, MAX_PAGE, DEFAULT_PAGE);
  const page = {
    after: query.cursor === undefined ? '' : parseCursor(query.cursor, 'string'),
    words: wordsOf(query.query ?? ''),
    // One more than asked for says whether there is a next page.
    limit: limit + 1,
    maxBytes: MAX_PAGE_BYTES,
    ...(query.isEnabled === undefined ? {} : { isEnabled: query.isEnabled }),
  };
  const rows = await store.run('read', () => readPage(page));
  const shown = rows.slice(0, limit);
  const tools = shown.map((row) => readListed(row, complainAboutName));
  const last = shown.at(-1);
  // A page that ended for its bytes looks like a last one: only an empty page is certain to be it.
  const isLast = last === undefined || (rows.length <= limit && last.totalBytes < MAX_PAGE_BYTES);
  return isLast ? { tools } : { tools, nextCursor: renderCursor(last.name) };
}

function readListed(
  { name, revision, row }: PageRow,
  complainAboutName: ComplainAboutName,
): ToolRecord | QuarantinedTool {
  const lost = { kind: 'quarantined', name, revision, updatedAt: '', updatedBy: '' } as const;
  if (row === undefined) return { ...lost, reason: 'Its content is gone: it was changed outside Codeloom.' };
  const stored = readStored(row, complainAboutName);
  if (stored.kind === 'deleted') return { ...lost, reason: 'It was deleted, and listed again outside Codeloom.' };
  return stored;
}

export async function listHistory(
  store: Store,
  name: string,
  { cursor, limit: asked }: { readonly cursor?: string; readonly limit?: number },
  complainAboutName: ComplainAboutName,
): Promise<HistoryPage> {
  const limit = pageSize(asked, MAX_HISTORY_PAGE, MAX_HISTORY_PAGE);
  if (!isPossibleName(name)) return { revisions: [] };
  const before = cursor === undefined ? 2 ** 31 - 1 : parseCursor(cursor, 'number');
  const rows = await store.run('read', () => readHistory(name, before, limit + 1));
  const shown = rows.slice(0, limit);
  const revisions = shown.map((row) => readStored(row, complainAboutName));
  const last = shown.at(-1);
  return rows.length <= limit || last === undefined
    ? { revisions }
    : { revisions, nextCursor: renderCursor(last.revision) };
}

/** False for what no database needs to be asked about, and for what PostgreSQL cannot be asked about. */
export function isPossibleName(name: string): boolean {
  return name.length <= MAX_NAME_CHARS && name.isWellFormed() && !name.includes('\0');
}

export function assertCount(value: number, path: string): void {
  if (Number.isInteger(value) && value >= 1 && value < 2 ** 31) return;
  throw new Fault('ARGUMENTS_INVALID', `${path}: expected a whole number from 1, got ${value}.`);
}

function pageSize(asked: number | undefined, max: number, otherwise: number): number {
  if (asked === undefined) return otherwise;
  assertCount(asked, 'limit');
  return Math.min(asked, max);
}

function wordsOf(query: string): readonly string[] {
  const clean = query
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .toLowerCase();
  return [...new Set(clean.slice(0, MAX_QUERY_CHARS).split(/\s+/))].filter((word) => word !== '').slice(0, MAX_WORDS);
}
