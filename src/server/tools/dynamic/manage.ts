/**
 * What the tools for managing dynamic tools have in common: how a refusal is told, and how a stored tool is shown. Called
 * by the tools beside this file.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { Fault } from '../../../base/fault.ts';
import { nearestHint } from '../../../base/nearest.ts';
import { DefinitionInvalid, RegistryConflict, readOnlyFault } from '../../../registry/operations/registry-fault.ts';
import { deletedTool } from '../../../registry/operations/write-rules.ts';
import type { StoredTool } from '../../../registry/record/stored-tool.ts';
import type { Registry } from '../../../registry/registry.ts';
import { quote } from '../../arguments/describe-value.ts';
import { unfitReason } from '../../dynamic/client-schema.ts';
import { type DefinitionGate, ProgramRefused } from '../../dynamic/definition-gate.ts';
import type { DynamicListing } from '../../dynamic/dynamic-listing.ts';
import { renderError } from '../../rendering/render-fault.ts';
import { diagnosticLine, diagnosticLines } from '../../rendering/render-outcome.ts';
import type { Upstreams } from '../../server-parts.ts';
import { defineTool, type ServerTool, type ToolSpec } from '../../server-tool.ts';

/** What they work on. */
export interface Management {
  readonly registry: Registry;
  readonly listing: Pick<DynamicListing, 'note'>;
  readonly gate: DefinitionGate;
}

/** A tool whose refusals carry what was found: mistakes, diagnostics, the current revision. */
export function defineManagementTool<Arguments>(spec: ToolSpec<Arguments>): ServerTool {
  return defineTool<Arguments>({
    scope: 'codeloom.manage',
    ...spec,
    description: () => spec.description(),
    call: (args, context) => spec.call(args, context).catch(renderRefusal),
  });
}

function renderRefusal(thrown: unknown): CallToolResult {
  if (!(thrown instanceof Fault)) throw thrown;
  const { code, message, retryable } = thrown;
  if (thrown instanceof RegistryConflict) {
    const { currentRevision } = thrown;
    return renderError({
      code,
      message,
      retryable,
      ...(currentRevision === undefined ? {} : { details: { currentRevision } }),
    });
  }
  if (thrown instanceof DefinitionInvalid) {
    const { mistakes } = thrown;
    return renderError({
      code,
      message: 'The tool is not as a tool has to be; nothing was stored.',
      retryable,
      mistakes,
    });
  }
  if (!(thrown instanceof ProgramRefused)) throw thrown;
  const { diagnostics, source } = thrown;
  const mistakes = diagnostics.map(diagnosticLine);
  return renderError({ code, message, retryable, mistakes }, { diagnostics }, diagnosticLines(diagnostics, source));
}

/** Before anything costly is done for nothing. */
export function assertWritable({ isReadOnly }: Registry): void {
  if (isReadOnly) throw readOnlyFault();
}

/** The current revision, or the one that is asked for. Throws TOOL_UNKNOWN. */
export async function readTool(registry: Registry, name: string, revision?: number): Promise<StoredTool> {
  const stored = await registry.get(name, revision === undefined ? {} : { revision });
  if (stored !== undefined) return stored;
  const current = revision === undefined ? undefined : await registry.get(name);
  if (current !== undefined)
    throw new Fault(
      'TOOL_UNKNOWN',
      `The tool ${quote(name)} has no revision ${revision}; it is at ${current.revision}.`,
    );
  const [last] = (await registry.history(name, { limit: 1 })).revisions;
  if (last?.kind === 'deleted') throw deletedTool(name, last.revision);
  const { tools } = await registry.list({ limit: 100 });
  const names = tools.map((each) => (each.kind === 'tool' ? each.definition.name : each.name));
  throw new Fault('TOOL_UNKNOWN', `There is no dynamic tool ${quote(name)}.${nearestHint(name, names)}`);
}

/** Throws a conflict where the tool is at another revision than was expected. */
export function assertExpected(name: string, { revision }: StoredTool, expected: number | undefined): void {
  if (expected === undefined || expected === revision) return;
  throw new RegistryConflict(
    `The tool ${quote(name)} is at revision ${revision}, not ${expected}. Read it again, and repeat the change if it is still wanted.`,
    revision,
  );
}

type State = 'enabled' | 'disabled' | 'quarantined' | 'deleted';

function stateOf(stored: StoredTool): State {
  if (unfitReason(stored) !== undefined) return 'quarantined';
  if (stored.kind !== 'tool') return stored.kind;
  return stored.definition.enabled ? 'enabled' : 'disabled';
}

/** As an answer has it: the definition as it may be given back, with its code or without. */
export function describeStored(stored: StoredTool, upstreams: Upstreams, hasCode: boolean) {
  const { revision, updatedAt, updatedBy } = stored;
  const reason = unfitReason(stored);
  const about = { state: stateOf(stored), revision, updatedAt, updatedBy, ...(reason === undefined ? {} : { reason }) };
  if (stored.kind !== 'tool') return { name: stored.name, ...about };
  const { createdAt, createdBy, definition } = stored;
  const { code, ...face } = definition;
  const known = upstreams.names().map(({ name }) => name);
  const missing = (definition.servers ?? []).filter((server) => !known.includes(server));
  const problems = missing.map((server) => `There is no server ${quote(server)}.${nearestHint(server, known)}`);
  return {
    name: definition.name,
    ...about,
    createdAt,
    createdBy,
    ...(problems.length === 0 ? {} : { problems }),
    definition: hasCode ? { ...face, code } : face,
  };
}

/** The answer to a change: what became of the tool, without repeating what was sent. */
export function renderChange(stored: StoredTool, done: string): CallToolResult {
  const { revision, updatedAt, updatedBy } = stored;
  const name = stored.kind === 'tool' ? stored.definition.name : stored.name;
  const state = stateOf(stored);
  return {
    content: [{ type: 'text', text: `${done} ${name}: revision ${revision}, ${state}.` }],
    structuredContent: { name, state, revision, updatedAt, updatedBy },
  };
}
