/**
 * `sandbox.session.list`: the long-lived sandboxes of the workspace, and of nobody else.
 */
import { answerSchema } from '../../rendering/outcome-schema.ts';
import type { SandboxParts } from '../../server-parts.ts';
import { defineTool, type ServerTool } from '../../server-tool.ts';
import { describeSandbox, SANDBOX_PROPERTIES } from './describe-sandbox.ts';

export function sandboxListTool({ all }: SandboxParts): ServerTool {
  return defineTool<Record<string, never>>({
    name: 'sandbox.session.list',
    title: 'List sandboxes',
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    description: () => 'Lists the sandboxes of this workspace.',
    properties: {},
    required: [],
    outputSchema: answerSchema(
      { sandboxes: { type: 'array', items: { type: 'object', properties: SANDBOX_PROPERTIES, required: ['id'] } } },
      ['sandboxes'],
    ),
    async call(_args, { workspace }) {
      const sandboxes = all.list(workspace.id).map(describeSandbox);
      const lines = sandboxes.map(({ id, image, expiresAt, busy }) => {
        return `${id} (${image}, ${busy ? 'busy' : 'idle'}, until ${expiresAt})`;
      });
      const text = [`Sandboxes: ${sandboxes.length}`, ...lines].join('\n');
      return { content: [{ type: 'text', text }], structuredContent: { sandboxes } };
    },
  });
}
