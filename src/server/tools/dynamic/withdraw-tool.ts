/**
 * `dynamic.tool.delete` and `dynamic.tool.rollback`: takes a tool away, or goes back to an earlier revision. Neither
 * forgets anything.
 */

import type { ServerTool } from '../../server-tool.ts';
import { assertWritable, defineManagementTool, type Management, readTool, renderChange } from './manage.ts';
import { CHANGE_SCHEMA, EXPECTED_REVISION_PROPERTY, REVISION_PROPERTY } from './tool-properties.ts';

interface DeleteArguments {
  readonly name: string;
  readonly expectedRevision?: number;
}

export function deleteToolTool({ registry: tools, listing }: Management): ServerTool {
  return defineManagementTool<DeleteArguments>({
    name: 'dynamic.tool.delete',
    title: 'Delete a dynamic tool',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    description: () =>
      'Takes a dynamic tool away from every client. Its revisions are kept: dynamic.tool.rollback brings it back.',
    properties: { name: { type: 'string' }, expectedRevision: EXPECTED_REVISION_PROPERTY },
    required: ['name'],
    outputSchema: CHANGE_SCHEMA,
    async call({ name, expectedRevision }, { caller }) {
      const stored = await tools.delete(name, {
        by: caller.subject,
        ...(expectedRevision === undefined ? {} : { expectedRevision }),
      });
      listing.note(stored);
      return renderChange(stored, 'Deleted');
    },
  });
}

export function rollbackToolTool({ registry: tools, listing, gate }: Management): ServerTool {
  return defineManagementTool<DeleteArguments & { readonly revision: number }>({
    name: 'dynamic.tool.rollback',
    title: 'Roll a dynamic tool back',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    description: () =>
      'Makes a new revision with the content of an earlier one, after the same checks as dynamic.tool.create; also of a tool that was deleted. dynamic.tool.history has the revisions.',
    properties: { name: { type: 'string' }, revision: REVISION_PROPERTY, expectedRevision: EXPECTED_REVISION_PROPERTY },
    required: ['name', 'revision'],
    outputSchema: CHANGE_SCHEMA,
    async call({ name, revision, expectedRevision }, context) {
      assertWritable(tools);
      const found = await readTool(tools, name, revision);
      // What is deleted or in quarantine there is refused by the registry, in its own words.
      const { bundle } = found.kind === 'tool' ? await gate.admit(found.definition, context) : {};
      const by = { by: context.caller.subject, ...(bundle === undefined ? {} : { bundle }) };
      const options = { ...by, ...(expectedRevision === undefined ? {} : { expectedRevision }) };
      const stored = await tools.rollback(name, revision, options);
      listing.note(stored);
      return renderChange(stored, `Rolled back to revision ${revision}:`);
    },
  });
}
