/**
 * `code-mode-delete`: removes a code-mode tool from the workspace.
 */
import { Fault } from '../../base/fault.ts';
import { quote } from '../arguments/describe-value.ts';
import { answerSchema } from '../rendering/outcome-schema.ts';
import { defineTool, type ServerTool } from '../server-tool.ts';
import { codeModeName, toolNameHint } from '../workspace/code-mode-name.ts';

export function codeModeDeleteTool(): ServerTool {
  return defineTool<{ readonly name: string }>({
    name: 'code-mode-delete',
    title: 'Delete a code-mode tool',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    description: () => 'Removes a tool that was made with code-mode from this workspace.',
    properties: { name: { type: 'string', description: 'The name given to code-mode, with or without "code-mode-".' } },
    required: ['name'],
    outputSchema: answerSchema({ deleted: { type: 'string' } }, ['deleted']),
    async call({ name: given }, { workspace }) {
      const name = codeModeName(given);
      if (!workspace.remove(name)) {
        const names = workspace.tools().map((tool) => tool.name);
        const known = names.length === 0 ? 'This workspace has none.' : `There are: ${names.join(', ')}.`;
        throw new Fault(
          'ARGUMENTS_INVALID',
          `There is no code-mode tool ${quote(name)}.${toolNameHint(name, names)} ${known}`,
        );
      }
      return { content: [{ type: 'text', text: `Deleted ${name}.` }], structuredContent: { deleted: name } };
    },
  });
}
