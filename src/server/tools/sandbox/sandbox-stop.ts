/**
 * `sandbox.stop`: ends a long-lived sandbox with its files.
 */
import { answerSchema } from '../../rendering/outcome-schema.ts';
import type { SandboxParts } from '../../server-parts.ts';
import { defineTool, type ServerTool } from '../../server-tool.ts';
import { ID_PROPERTY } from './describe-sandbox.ts';

export function sandboxStopTool({ all }: SandboxParts): ServerTool {
  return defineTool<{ readonly id: string }>({
    name: 'sandbox.stop',
    title: 'Stop a sandbox',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    description: () => 'Ends a sandbox: all that runs in it is killed, its files are gone.',
    properties: { id: ID_PROPERTY },
    required: ['id'],
    outputSchema: answerSchema({ stopped: { type: 'string' } }, ['stopped']),
    async call({ id }, { workspace }) {
      await all.get(id, workspace.id).end('it was stopped');
      return { content: [{ type: 'text', text: `Stopped sandbox ${id}.` }], structuredContent: { stopped: id } };
    },
  });
}
