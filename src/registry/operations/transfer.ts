/**
 * The registry as lines of JSON, and back: for backups, and for moving from one database to another. Called by
 * create-registry.ts. History, times and authors go along; a line that was tampered with is refused, told, and passed over.
 */
import { randomUUID } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { describeValue, quote } from '../record/describe.ts';
import { readStored, sealRevision, type UnsealedRevision } from '../record/stored-tool.ts';
import type { ToolDefinition } from '../record/tool-definition.ts';
import { type ComplainAboutName, foldToolName } from '../record/tool-name.ts';
import type { RevisionRow } from '../store/rows.ts';
import { readRevisions, writeRevision } from '../store/steps.ts';
import type { Store } from '../store/store.ts';
import { RegistryConflict } from './registry-fault.ts';
import { decideImport } from './write-rules.ts';

export interface ImportReport {
  /** Revisions that were added. */
  readonly added: number;
  /** Revisions that were there already. */
  readonly present: number;
  /** The first thousand. */
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
  /** False where the lines end before the export did. */
  readonly isComplete: boolean;
}

const EXPORT_VERSION = 1;
const PAGE = 20;
const MAX_LINE_CHARS = 16 * 1024 * 1024;
const MAX_REFUSED = 1_000;

/** In the order in which they were made, so that an import can break off and be repeated. */
export async function* exportLines(store: Store): AsyncIterable<string> {
  yield JSON.stringify({ kind: 'codeloom-registry', version: EXPORT_VERSION });
  let [after, revisions] = [0, 0];
  for (;;) {
    const rows = await store.run('read', () => readRevisions(after, PAGE));
    for (const row of rows) {
      // As it is, hash and all: whoever reads it finds out whether it was tampered with.
      const { sequence, writeId: _, ...revision } = row;
      yield JSON.stringify({ kind: 'revision', ...revision });
      after = sequence;
      revisions += 1;
    }
    if (rows.length < PAGE) break;
  }
  yield JSON.stringify({ kind: 'end', revisions });
}

interface RevisionLine {
  readonly kind: 'revision';
  readonly row: UnsealedRevision;
  readonly definition: ToolDefinition | undefined;
}

type Line =
  | { readonly kind: 'head' }
  | { readonly kind: 'end' }
  | { readonly kind: 'blank' }
  | RevisionLine
  | { readonly kind: 'refused'; readonly reason: string };

export async function importLines(
  store: Store,
  lines: AsyncIterable<string>,
  complainAboutName: ComplainAboutName,
): Promise<ImportReport> {
  const refused: { line: number; reason: string }[] = [];
  /** Another tool has the name here: what became of it later would be put on top of that. */
  const others = new Set<string>();
  let [number, added, present, isComplete, hasHead] = [0, 0, 0, false, false];
  for await (const text of lines) {
    number += 1;
    const line = readLine(text, complainAboutName);
    if (line.kind === 'blank') continue;
    if (line.kind === 'head') hasHead = true;
    else if (!hasHead) throw notAnExport();
    else if (line.kind === 'end') isComplete = true;
    else {
      const end = line.kind === 'refused' ? line.reason : await addRevision(store, line, others);
      if (end === 'added') added += 1;
      else if (end === 'present') present += 1;
      else if (refused.length < MAX_REFUSED) refused.push({ line: number, reason: end });
    }
  }
  if (!hasHead) throw notAnExport();
  return { added, present, refused, isComplete };
}

/** `added`, `present`, or why it was refused. */
async function addRevision(store: Store, { row, definition }: RevisionLine, others: Set<string>): Promise<string> {
  const { writeId, name, revision } = row;
  if (others.has(name)) return `An earlier revision of ${quote(name)} was refused.`;
  const subject = { writeId, name, folded: foldToolName(name), asked: revision };
  try {
    const written = await store.run('write', () => writeRevision(subject, decideImport(row, definition)));
    return written === undefined ? 'present' : 'added';
  } catch (thrown) {
    if (!(thrown instanceof RegistryConflict)) throw thrown;
    others.add(name);
    return thrown.message;
  }
}

function notAnExport(): Fault {
  return new Fault('ARGUMENTS_INVALID', 'These lines are no export of a registry: the first line of one says so.');
}

function readLine(text: string, complainAboutName: ComplainAboutName): Line {
  if (text.trim() === '') return { kind: 'blank' };
  if (text.length > MAX_LINE_CHARS) return { kind: 'refused', reason: 'The line is too long.' };
  const json = parseJson(text);
  if (!isJsonObject(json)) return { kind: 'refused', reason: `Expected an object of JSON, got ${shown(json)}.` };
  if (json.kind === 'codeloom-registry') {
    if (json.version === EXPORT_VERSION) return { kind: 'head' };
    throw new Fault(
      'ARGUMENTS_INVALID',
      `This is an export of version ${describeValue(json.version)}; this Codeloom reads version ${EXPORT_VERSION}.`,
    );
  }
  if (json.kind === 'end') return { kind: 'end' };
  const row = readRow(json);
  if (json.kind !== 'revision' || row === undefined)
    return { kind: 'refused', reason: 'The line is no revision of a tool.' };
  return judge(row, complainAboutName);
}

function judge(row: RevisionRow, complainAboutName: ComplainAboutName): Line {
  const stored = readStored(row, complainAboutName);
  if (stored.kind === 'quarantined') return { kind: 'refused', reason: stored.reason };
  // A deleted tool has no definition to be judged by.
  const complaint = complainAboutName(row.name);
  if (complaint !== undefined) return { kind: 'refused', reason: complaint };
  const { sequence: _, hash, ...unsealed } = row;
  if (sealRevision(unsealed).hash !== hash) return { kind: 'refused', reason: 'The line does not fit its hash.' };
  return { kind: 'revision', row: unsealed, definition: stored.kind === 'tool' ? stored.definition : undefined };
}

function readRow(json: JsonObject): RevisionRow | undefined {
  const { format, name, revision, isDeleted, createdAt, createdBy, updatedAt, updatedBy, face, code, hash } = json;
  const texts = [name, createdAt, createdBy, updatedAt, updatedBy, face, code, hash];
  if (!texts.every(isStorable) || typeof isDeleted !== 'boolean') return undefined;
  if (!isCount(format) || !isCount(revision)) return undefined;
  const row = { format, name, revision, isDeleted, createdAt, createdBy, updatedAt, updatedBy, face, code, hash };
  return { ...row, sequence: 0, writeId: randomUUID() } as RevisionRow;
}

function isStorable(value: Json | undefined): boolean {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}

function isCount(value: Json | undefined): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < 2 ** 31;
}

function shown(json: Json | undefined): string {
  return json === undefined ? 'no JSON' : describeValue(json);
}
