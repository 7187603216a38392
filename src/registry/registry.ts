/**
 * The registry: dynamic tools at rest, every revision of them. Made by open-registry.ts, called by whoever offers, calls
 * and manages dynamic tools. It judges names, shapes and sizes; whether a tool may and can run is not its business.
 *
 * Every method rejects with Fault REGISTRY_UNAVAILABLE where the database is away for longer than a few seconds, and
 * works again when the database does. Writes reject with REGISTRY_READ_ONLY, ARGUMENTS_INVALID, TOOL_UNKNOWN, or with a
 * RegistryConflict, and then have stored nothing.
 */

import type { ImportReport } from './operations/transfer.ts';
import type { DeletedTool, KeptBundle, QuarantinedTool, StoredTool, ToolRecord } from './record/stored-tool.ts';

export interface WriteOptions {
  /** Who does it, for the history. */
  readonly by: string;
  /** The bundle made from the definition that is stored. */
  readonly bundle?: KeptBundle;
}

export interface ChangeOptions extends WriteOptions {
  /** Refuses where the tool is at another revision by now. Absent: whatever it is at. */
  readonly expectedRevision?: number;
}

export interface GetOptions {
  /** Absent: the current one, where the tool is not deleted. */
  readonly revision?: number;
  readonly withBundle?: boolean;
}

export interface ToolQuery {
  /** Words that all have to stand in the name, title, description or tags, in whatever case. */
  readonly query?: string;
  readonly isEnabled?: boolean;
  /** Of the page before. */
  readonly cursor?: string;
  /** 1 to 100, 50 without it. A page may be shorter and still have a next one. */
  readonly limit?: number;
}

export interface ToolPage {
  /** In the order of names, by code unit. */
  readonly tools: readonly (ToolRecord | QuarantinedTool)[];
  readonly nextCursor?: string;
}

export interface HistoryPage {
  /** The newest first. */
  readonly revisions: readonly StoredTool[];
  readonly nextCursor?: string;
}

export type RegistryChange =
  /** Anything may have changed: read again what is needed. The first thing that every listener is told. */
  | { readonly kind: 'reset' }
  /** Each name once, however often it changed, whoever changed it. */
  | { readonly kind: 'changed'; readonly tools: readonly ChangedTool[] };

export interface ChangedTool {
  readonly name: string;
  readonly revision: number;
  readonly isDeleted: boolean;
}

export type RegistryHealth =
  | { readonly kind: 'up'; readonly tools: number; readonly isReadOnly: boolean }
  /** One sentence, safe to show. */
  | { readonly kind: 'down'; readonly reason: string; readonly isReadOnly: boolean };

export interface Registry {
  readonly kind: 'sqlite' | 'postgres';
  readonly isReadOnly: boolean;
  /** A definition as tool-definition.ts has it; it is parsed here, so anything may be given. */
  create(definition: unknown, options: WriteOptions): Promise<ToolRecord>;
  /** The whole new definition: see `patchDefinition` for a part of one. Also mends a quarantined tool. */
  update(definition: unknown, options: ChangeOptions): Promise<ToolRecord>;
  delete(name: string, options: ChangeOptions): Promise<DeletedTool>;
  /** A new revision with the content of an old one; also of a deleted tool, which then is there again. */
  rollback(name: string, revision: number, options: ChangeOptions): Promise<ToolRecord>;
  get(name: string, options?: GetOptions): Promise<StoredTool | undefined>;
  list(query?: ToolQuery): Promise<ToolPage>;
  history(name: string, page?: { readonly cursor?: string; readonly limit?: number }): Promise<HistoryPage>;
  /** Keeps a bundle made later, in place of the one that is kept for this revision. Makes no revision. */
  keepBundle(record: ToolRecord, bundle: KeptBundle): Promise<void>;
  /** Calls the listener for every change from now on, in order, until the function that is returned is called. */
  onChange(listener: (change: RegistryChange) => void): () => void;
  health(): Promise<RegistryHealth>;
  /** Every revision of every tool as lines of JSON, without line ends. */
  exportLines(): AsyncIterable<string>;
  /** Adds what is missing, revision by revision; what is there already is left as it is, so it may be repeated. */
  importLines(lines: AsyncIterable<string>): Promise<ImportReport>;
  close(): Promise<void>;
}
