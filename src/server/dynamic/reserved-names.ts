/**
 * The names that no dynamic tool may have: of every built-in tool in every profile, and of those that are to come. Handed
 * to the registry by src/main.ts. What is listed somewhere must not be refused elsewhere, so it does not depend on settings.
 */
import type { ReservedNames } from '../../registry/record/tool-name.ts';

export const RESERVED_NAMES: ReservedNames = {
  names: [
    ...['run_js', 'run_js_ephemeral', 'code-mode', 'code-mode-delete', 'mcp-types', 'mcp-exec'],
    // Planned: a dynamic tool of such a name would have to go the day they come.
    ...['mcp-find', 'mcp-add', 'mcp-remove', 'mcp-config-set'],
  ],
  prefixes: ['code-mode-', 'dynamic.tool.', 'sandbox.', 'system.'],
};
