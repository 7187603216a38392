/**
 * Writing to the registry: parses what comes in, stamps it with who and when, and has write-rules.ts decide inside the
 * transaction. Called by create-registry.ts.
 */
import { randomUUID } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import {
  type DeletedTool,
  type KeptBundle,
  readStored,
  type StoredTool,
  sealBundle,
  type ToolRecord,
} from '../record/stored-tool.ts';
import { parseDefinition, type ToolDefinition } from '../record/tool-definition.ts';
import { type ComplainAboutName, foldToolName } from '../record/tool-name.ts';
import type { Registry } from '../registry.ts';
import type { RevisionRow } from '../store/rows.ts';
import { type DecideWrite, MAX_BUNDLE_BYTES, putBundle, readNames, writeRevision } from '../store/steps.ts';
import type { Store } from '../store/store.ts';
import { assertCount, isPossibleName } from './read-tools.ts';
import { DefinitionInvalid, readOnlyFault } from './registry-fault.ts';
import { importLines } from './transfer.ts';
import { decideCreate, decideDelete, decideRollback, decideUpdate, type Stamp, unknownTool } from './write-rules.ts';

export interface WriteParts {
  readonly store: Store;
  readonly complainAboutName: ComplainAboutName;
  /** Called when something was stored. */
  readonly onWritten: () => void;
}

export type Writes = Pick<Registry, 'create' | 'update' | 'delete' | 'rollback' | 'keepBundle' | 'importLines'>;

const MAX_BY_CHARS = 256;
const NEAR_NAMES = 5_000;

export function createWrites({ store, complainAboutName, onWritten }: WriteParts): Writes {
  const parse = (definition: unknown) => parsed(definition, complainAboutName);
  const write = async (name: string, stamp: Stamp, decide: DecideWrite, asked?: number): Promise<RevisionRow> => {
    if (!isPossibleName(name)) throw unknownTool(name);
    const subject = { writeId: stamp.writeId, name, folded: foldToolName(name) };
    const steps = () => writeRevision(asked === undefined ? subject : { ...subject, asked }, decide);
    const row = await store.run('write', steps).catch((thrown) => withNearest(store, name, thrown));
    onWritten();
    if (row === undefined) throw internalFault();
    return row;
  };
  const writeTool = async (...args: Parameters<typeof write>) =>
    asTool(readStored(await write(...args), complainAboutName));
  return {
    async create(given, { by, bundle }) {
      const [definition, stamp] = [parse(given), stampOf(by, bundle)];
      return writeTool(definition.name, stamp, decideCreate(definition, stamp, bundle));
    },
    async update(given, options) {
      const [definition, stamp] = [parse(given), stampOf(options.by, options.bundle)];
      return writeTool(definition.name, stamp, decideUpdate(definition, stamp, options));
    },
    async delete(name, { by, expectedRevision }) {
      const stamp = stampOf(by);
      return asDeleted(await write(name, stamp, decideDelete(name, stamp, expectedRevision)));
    },
    async rollback(name, revision, options) {
      const stamp = stampOf(options.by, options.bundle);
      assertCount(revision, 'revision');
      return writeTool(name, stamp, decideRollback({ ...options, name, revision, complainAboutName }, stamp), revision);
    },
    async keepBundle({ definition, revision, hash }, bundle) {
      assertBundle(bundle);
      await store.run('write', () => putBundle(definition.name, revision, sealBundle(bundle, hash)));
    },
    importLines: (lines) => importLines(store, lines, complainAboutName).finally(onWritten),
  };
}

/** For a registry that is read-only: nothing gets as far as being looked at. */
export function createRefusals(): Writes {
  const refuse = async () => {
    throw readOnlyFault();
  };
  return { create: refuse, update: refuse, delete: refuse, rollback: refuse, keepBundle: refuse, importLines: refuse };
}

/** Only who asked for a tool that is not there pays for looking what was meant. */
async function withNearest(store: Store, name: string, thrown: unknown): Promise<never> {
  const isUnknown = thrown instanceof Fault && thrown.code === 'TOOL_UNKNOWN';
  if (!isUnknown || !thrown.message.startsWith('There is no dynamic tool')) throw thrown;
  throw unknownTool(name, await store.run('read', () => readNames(NEAR_NAMES)));
}

function parsed(definition: unknown, complainAboutName: ComplainAboutName): ToolDefinition {
  const result = parseDefinition(definition, complainAboutName);
  if (result.kind === 'mistakes') throw new DefinitionInvalid(result.mistakes);
  return result.definition;
}

function stampOf(by: string, bundle?: KeptBundle): Stamp {
  if (bundle !== undefined) assertBundle(bundle);
  const line = by.toWellFormed().replaceAll(/\p{Cc}/gu, ' ');
  // Cut between two halves of a character, perhaps.
  const clean = line.slice(0, MAX_BY_CHARS).toWellFormed();
  return { writeId: randomUUID(), at: new Date().toISOString(), by: clean };
}

function assertBundle({ text, madeBy }: KeptBundle): void {
  const isStorable = [text, madeBy].every((each) => each.isWellFormed() && !each.includes('\0'));
  if (isStorable && Buffer.byteLength(text) <= MAX_BUNDLE_BYTES) return;
  throw new Fault(
    'ARGUMENTS_INVALID',
    `bundle: expected at most ${MAX_BUNDLE_BYTES} bytes of text without NUL characters.`,
  );
}

function asTool(stored: StoredTool): ToolRecord {
  if (stored.kind === 'tool') return stored;
  throw internalFault();
}

function internalFault(): Fault {
  return new Fault('INTERNAL', 'Codeloom failed internally; its log has the details.');
}

function asDeleted({ name, revision, updatedAt, updatedBy }: RevisionRow): DeletedTool {
  return { kind: 'deleted', name, revision, updatedAt, updatedBy };
}
