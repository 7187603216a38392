/**
 * `system.runtime_config`: the settings, limits and servers in force, for an administrator, without secrets.
 */
import type { JsonObject } from '../../../base/json.ts';
import { answerSchema } from '../../rendering/outcome-schema.ts';
import { counted } from '../../rendering/text.ts';
import { runtimeConfig } from '../../resources/runtime-config.ts';
import { defineTool, type ServerTool } from '../../server-tool.ts';

const OUTPUT_SCHEMA = answerSchema(
  {
    settings: { type: 'object', description: 'By the key of the config file; secrets are "set" or "not set".' },
    limits: { type: 'object', additionalProperties: { type: 'number' } },
    servers: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
    disabledServers: { type: 'array', items: { type: 'string' } },
  } satisfies JsonObject,
  ['settings', 'limits', 'servers'],
);

export function runtimeConfigTool(): ServerTool {
  return defineTool<Record<string, never>>({
    name: 'system.runtime_config',
    scope: 'codeloom.admin',
    title: 'Configuration in force',
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    description: () => 'Shows the settings, limits and servers in force; of secrets only whether they are set.',
    properties: {},
    required: [],
    outputSchema: OUTPUT_SCHEMA,
    async call(_args, { parts }) {
      const config = runtimeConfig(parts.settings);
      const text = [
        `${counted(Object.keys(parts.settings.shown).length, 'setting')}, ${counted(parts.settings.upstreams.length, 'server')}:`,
        JSON.stringify(parts.settings.shown),
      ].join('\n');
      return { content: [{ type: 'text', text }], structuredContent: config };
    },
  });
}
