/**
 * What a write does to what it finds: the rules of compare-and-set, of names that are too alike, and of revisions. Pure,
 * called inside the transaction by whichever store there is; throwing stores nothing.
 */
import { Fault } from '../../base/fault.ts';
import { nearestHint } from '../../base/nearest.ts';
import { quote } from '../record/describe.ts';
import {
  type KeptBundle,
  readStored,
  renderFace,
  renderLive,
  sealBundle,
  sealRevision,
  type UnsealedRevision,
} from '../record/stored-tool.ts';
import type { ToolDefinition } from '../record/tool-definition.ts';
import type { ComplainAboutName } from '../record/tool-name.ts';
import { FORMAT, type RevisionRow } from '../store/rows.ts';
import type { DecideWrite, Found, NewRevision } from '../store/steps.ts';
import { RegistryConflict } from './registry-fault.ts';

/** The part of a revision that is the same for every kind of write. */
export interface Stamp {
  readonly writeId: string;
  readonly at: string;
  readonly by: string;
}

export function decideCreate(definition: ToolDefinition, stamp: Stamp, bundle?: KeptBundle): DecideWrite {
  return (found) => {
    const { last } = found;
    if (last !== undefined && !last.isDeleted)
      throw new RegistryConflict(
        `There is a tool ${quote(last.name)} already, at revision ${last.revision}. Update it, or choose another name.`,
        last.revision,
      );
    return newContent(definition, stamp, found, bundle);
  };
}

export function decideUpdate(
  definition: ToolDefinition,
  stamp: Stamp,
  { expectedRevision, bundle }: { expectedRevision?: number; bundle?: KeptBundle },
): DecideWrite {
  return (found) => {
    assertCurrent(definition.name, found, expectedRevision);
    return newContent(definition, stamp, found, bundle);
  };
}

export function decideDelete(name: string, stamp: Stamp, expectedRevision?: number): DecideWrite {
  return (found) => {
    const last = assertCurrent(name, found, expectedRevision);
    return { row: sealRevision({ ...next(name, stamp, last), isDeleted: true, face: '', code: '' }) };
  };
}

export interface RollbackOptions {
  readonly name: string;
  readonly revision: number;
  readonly expectedRevision?: number;
  readonly bundle?: KeptBundle;
  readonly complainAboutName: ComplainAboutName;
}

export function decideRollback(options: RollbackOptions, stamp: Stamp): DecideWrite {
  const { name, revision, expectedRevision, bundle, complainAboutName } = options;
  return (found) => {
    if (found.last === undefined) throw unknownTool(name);
    if (expectedRevision !== undefined) assertRevision(found.last, expectedRevision);
    if (found.asked === undefined)
      throw new Fault(
        'TOOL_UNKNOWN',
        `The tool ${quote(name)} has no revision ${revision}; its last is ${found.last.revision}.`,
      );
    const stored = readStored(found.asked, complainAboutName);
    if (stored.kind === 'deleted')
      throw new Fault(
        'ARGUMENTS_INVALID',
        `In revision ${revision} the tool ${quote(name)} was deleted; choose another.`,
      );
    if (stored.kind === 'quarantined')
      throw new Fault('ARGUMENTS_INVALID', `Revision ${revision} of ${quote(name)} is in quarantine. ${stored.reason}`);
    return newContent(stored.definition, stamp, found, bundle);
  };
}

/**
 * A revision from elsewhere, as it was. Undefined where it is there already; a conflict where another is in its place,
 * or where the tool has gone on since.
 */
export function decideImport(row: UnsealedRevision, definition: ToolDefinition | undefined): DecideWrite {
  return (found) => {
    const sealed = sealRevision(row);
    if (found.asked?.hash === sealed.hash) return undefined;
    const last = found.last?.revision ?? 0;
    if (found.asked !== undefined || last >= row.revision)
      throw new RegistryConflict(
        `The tool ${quote(row.name)} is another one here, at revision ${last}: revision ${row.revision} does not fit.`,
        last,
      );
    if (definition === undefined) return { row: sealed };
    assertNameFree(row.name, found);
    return { row: sealed, live: renderLive(definition) };
  };
}

export function unknownTool(name: string, known: readonly string[] = []): Fault {
  return new Fault('TOOL_UNKNOWN', `There is no dynamic tool ${quote(name)}.${nearestHint(name, known)}`);
}

/** Its revisions are all there, so this is said rather than that it is unknown. */
export function deletedTool(name: string, revision: number): Fault {
  return new Fault(
    'TOOL_UNKNOWN',
    `The tool ${quote(name)} was deleted in revision ${revision}; a rollback to an earlier one brings it back.`,
  );
}

function newContent(definition: ToolDefinition, stamp: Stamp, found: Found, bundle?: KeptBundle): NewRevision {
  assertNameFree(definition.name, found);
  const row = sealRevision({
    ...next(definition.name, stamp, found.last),
    isDeleted: false,
    face: renderFace(definition),
    code: definition.code,
  });
  const live = renderLive(definition);
  return bundle === undefined ? { row, live } : { row, live, bundle: sealBundle(bundle, row.hash) };
}

/** A tool that was deleted and is made again goes on counting, but has been created anew. */
function next(name: string, { writeId, at, by }: Stamp, last: RevisionRow | undefined) {
  const isNew = last === undefined || last.isDeleted;
  return {
    writeId,
    format: FORMAT,
    name,
    revision: (last?.revision ?? 0) + 1,
    createdAt: isNew ? at : last.createdAt,
    createdBy: isNew ? by : last.createdBy,
    updatedAt: at,
    updatedBy: by,
  };
}

function assertCurrent(name: string, { last }: Found, expectedRevision: number | undefined): RevisionRow {
  if (last === undefined) throw unknownTool(name);
  if (last.isDeleted) throw deletedTool(name, last.revision);
  if (expectedRevision !== undefined) assertRevision(last, expectedRevision);
  return last;
}

function assertRevision({ name, revision, updatedBy, updatedAt }: RevisionRow, expected: number): void {
  if (revision === expected) return;
  throw new RegistryConflict(
    `The tool ${quote(name)} is at revision ${revision}, not ${expected}: ${quote(updatedBy)} changed it at ${updatedAt}. ` +
      'Read it again, and repeat the change if it is still wanted.',
    revision,
  );
}

function assertNameFree(name: string, { taken }: Found): void {
  if (taken === undefined || taken === name) return;
  throw new RegistryConflict(
    `The name ${quote(name)} is too like that of the tool ${quote(taken)}: they differ only in case, or in "." and "_".`,
  );
}
