/**
 * A tool as it lies in the registry: from a definition to the row that keeps it, and back. A row that was edited by
 * hand, or written by another version, is quarantined with the reason; nothing here throws.
 */
import { contentHash, isJsonObject, parseJson, stableStringify } from '../../base/json.ts';
import { type BundleRow, FORMAT, type LiveRow, type RevisionRow } from '../store/rows.ts';
import { parseDefinition, type ToolDefinition } from './tool-definition.ts';
import { type ComplainAboutName, foldToolName } from './tool-name.ts';

/** What a compiler made of the code. Opaque here: whoever keeps it says by `madeBy` whether it can still be used. */
export interface KeptBundle {
  readonly text: string;
  readonly madeBy: string;
}

export interface ToolRecord {
  readonly kind: 'tool';
  readonly definition: ToolDefinition;
  readonly revision: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** Of this revision, content and history: equal hashes mean that nothing of it differs. */
  readonly hash: string;
  /** Present where one is kept and it is whole; asked for by `get` only. */
  readonly bundle?: KeptBundle;
}

/** Takes no part in anything but being shown. */
export interface QuarantinedTool {
  readonly kind: 'quarantined';
  readonly name: string;
  readonly revision: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** One sentence. */
  readonly reason: string;
}

/** The revision in which a tool was deleted. */
export interface DeletedTool {
  readonly kind: 'deleted';
  readonly name: string;
  readonly revision: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export type StoredTool = ToolRecord | QuarantinedTool | DeletedTool;

export type UnsealedRevision = Omit<RevisionRow, 'sequence' | 'hash'>;

export function sealRevision(row: UnsealedRevision): Omit<RevisionRow, 'sequence'> {
  return { ...row, hash: hashOf(row) };
}

/** Everything but the code, in the one way to write it. */
export function renderFace({ code: _code, ...face }: ToolDefinition): string {
  // The definition was parsed from JSON.
  return stableStringify(face as never);
}

export function renderLive(definition: ToolDefinition): LiveRow {
  const { name, title = '', description, tags = [] } = definition;
  const search = [name, title, description, ...tags].join('\n').toLowerCase().replaceAll('\0', '');
  return { name, folded: foldToolName(name), isEnabled: definition.enabled, search, bytes: bytesOf(definition) };
}

function bytesOf(definition: ToolDefinition): number {
  return Buffer.byteLength(renderFace(definition)) + Buffer.byteLength(definition.code);
}

export function readStored(row: RevisionRow, complainAboutName: ComplainAboutName): StoredTool {
  const { name, revision, updatedAt, updatedBy } = row;
  const quarantine = (reason: string): StoredTool => ({
    kind: 'quarantined',
    name,
    revision,
    updatedAt,
    updatedBy,
    reason,
  });
  if (row.format !== FORMAT)
    return quarantine(
      `It was written in format ${row.format} by another version of Codeloom; this one reads ${FORMAT}.`,
    );
  if (hashOf(row) !== row.hash)
    return quarantine('It was changed outside Codeloom: its content does not fit its hash.');
  if (row.isDeleted) return { kind: 'deleted', name, revision, updatedAt, updatedBy };
  const face = parseJson(row.face);
  if (!isJsonObject(face) || face.name !== name) return quarantine('Its definition cannot be read.');
  const parsed = parseDefinition({ ...face, code: row.code }, complainAboutName);
  if (parsed.kind === 'mistakes') return quarantine(parsed.mistakes.join(' '));
  const { createdAt, createdBy, hash } = row;
  return { kind: 'tool', definition: parsed.definition, revision, createdAt, createdBy, updatedAt, updatedBy, hash };
}

/** A bundle belongs to the one revision it was made from: the hash covers both. */
export function sealBundle({ text, madeBy }: KeptBundle, revisionHash: string): BundleRow {
  return { text, madeBy, hash: contentHash('bundle', revisionHash, madeBy, text) };
}

/** The bundle, or undefined where it is not the one that was kept: it can always be made anew from the code. */
export function readKeptBundle({ text, madeBy, hash }: BundleRow, revisionHash: string): KeptBundle | undefined {
  return sealBundle({ text, madeBy }, revisionHash).hash === hash ? { text, madeBy } : undefined;
}

function hashOf(row: UnsealedRevision): string {
  const { format, name, revision, isDeleted, createdAt, createdBy, updatedAt, updatedBy, face, code } = row;
  const facts = JSON.stringify([format, name, revision, isDeleted, createdAt, createdBy, updatedAt, updatedBy]);
  return contentHash('revision', facts, face, code);
}
