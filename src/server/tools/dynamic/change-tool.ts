/**
 * `dynamic.tool.update` and `dynamic.tool.enable`: a new revision with some members changed. Whoever names no revision
 * changes whatever is there, also where somebody else was faster.
 */
import { Fault } from '../../../base/fault.ts';
import { RegistryConflict } from '../../../registry/operations/registry-fault.ts';
import type { StoredTool, ToolRecord } from '../../../registry/record/stored-tool.ts';
import {
  type DefinitionPatch,
  patchDefinition,
  type ToolDefinition,
} from '../../../registry/record/tool-definition.ts';
import type { Admitted } from '../../dynamic/definition-gate.ts';
import type { CallContext, ServerTool } from '../../server-tool.ts';
import {
  assertExpected,
  assertWritable,
  defineManagementTool,
  type Management,
  readTool,
  renderChange,
} from './manage.ts';
import { CHANGE_SCHEMA, EXPECTED_REVISION_PROPERTY, PATCH_SCHEMA } from './tool-properties.ts';

const ATTEMPTS = 5;

interface ChangeArguments {
  readonly name: string;
  readonly expectedRevision?: number;
}

export function updateToolTool({ registry, listing, gate }: Management): ServerTool {
  return defineManagementTool<ChangeArguments & { readonly patch: DefinitionPatch }>({
    name: 'dynamic.tool.update',
    title: 'Change a dynamic tool',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    description: () =>
      'Changes members of a dynamic tool, after the same checks as dynamic.tool.create. With expectedRevision nothing is stored where somebody changed the tool since; what was is kept, for dynamic.tool.rollback.',
    properties: { name: { type: 'string' }, patch: PATCH_SCHEMA, expectedRevision: EXPECTED_REVISION_PROPERTY },
    required: ['name', 'patch'],
    outputSchema: CHANGE_SCHEMA,
    async call({ name, patch, expectedRevision }, context) {
      assertWritable(registry);
      const stored = await repeated(expectedRevision === undefined ? ATTEMPTS : 1, async () => {
        const found = await readTool(registry, name);
        assertExpected(name, found, expectedRevision);
        const base = isWhole(patch) ? baseOf(found) : (await soundTool(found, name)).definition;
        const { definition, ...bundle } = await gate.admit(patchDefinition(base, patch), context);
        const options = { by: context.caller.subject, expectedRevision: found.revision, ...bundle };
        return registry.update(definition, options);
      });
      listing.note(stored);
      return renderChange(stored, 'Changed');
    },
  });
}

export function enableToolTool({ registry, listing, gate }: Management): ServerTool {
  return defineManagementTool<ChangeArguments & { readonly enabled: boolean }>({
    name: 'dynamic.tool.enable',
    title: 'Enable or disable a dynamic tool',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    description: () =>
      'Lists a dynamic tool to clients, or keeps it without listing it. Before it is enabled it is checked anew; disabling always works.',
    properties: {
      name: { type: 'string' },
      enabled: { type: 'boolean' },
      expectedRevision: EXPECTED_REVISION_PROPERTY,
    },
    required: ['name', 'enabled'],
    outputSchema: CHANGE_SCHEMA,
    async call({ name, enabled, expectedRevision }, context) {
      assertWritable(registry);
      const stored = await repeated(expectedRevision === undefined ? ATTEMPTS : 1, async () => {
        const found = await soundTool(await readTool(registry, name), name);
        assertExpected(name, found, expectedRevision);
        if (found.definition.enabled === enabled) return found;
        const { definition, ...bundle } = await switched(found.definition, enabled, gate, context);
        const options = { by: context.caller.subject, expectedRevision: found.revision, ...bundle };
        return registry.update(definition, options);
      });
      listing.note(stored);
      return renderChange(stored, enabled ? 'Enabled' : 'Disabled');
    },
  });
}

/** What cannot work any more can still be switched off. */
async function switched(
  definition: ToolDefinition,
  enabled: boolean,
  gate: Management['gate'],
  context: CallContext,
): Promise<Admitted> {
  const changed = { ...definition, enabled };
  return enabled ? gate.admit(changed, context) : { definition: changed };
}

/** True where it has all that a definition has to have, beside the name. */
function isWhole({ description, code }: DefinitionPatch): boolean {
  return description !== undefined && code !== undefined;
}

/** Of a tool in quarantine nothing is known but its name: a patch mends it that has all the rest. */
function baseOf(stored: StoredTool): ToolDefinition {
  return stored.kind === 'tool' ? stored.definition : ({ name: stored.name } as ToolDefinition);
}

async function soundTool(stored: StoredTool, name: string): Promise<ToolRecord> {
  if (stored.kind === 'tool') return stored;
  const reason = stored.kind === 'quarantined' ? ` ${stored.reason}` : '';
  throw new Fault(
    'TOOL_UNKNOWN',
    `The tool ${JSON.stringify(name)} is in quarantine; give it a new description and code with dynamic.tool.update, or go back with dynamic.tool.rollback.${reason}`,
  );
}

/** Once more where somebody else was faster, and no more often than that can be bad luck. */
async function repeated(attempts: number, change: () => Promise<ToolRecord>): Promise<ToolRecord> {
  for (let left = attempts - 1; ; left -= 1) {
    try {
      return await change();
    } catch (thrown) {
      if (left <= 0 || !(thrown instanceof RegistryConflict)) throw thrown;
    }
  }
}
