/**
 * `system.health`: what works right now, from what the parts already know. Starts and connects nothing.
 */
import { answerSchema } from '../rendering/outcome-schema.ts';
import { counted, safeText } from '../rendering/text.ts';
import { defineTool, type ServerTool } from '../server-tool.ts';

const OUTPUT_SCHEMA = answerSchema(
  {
    ok: { type: 'boolean' },
    version: { type: 'string' },
    engine: {
      type: 'object',
      properties: {
        ok: { type: 'boolean' },
        detail: { type: 'string' },
        ready: { type: 'number' },
        busy: { type: 'number' },
      },
    },
    upstreams: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, state: { type: 'string' }, reason: { type: 'string' } },
      },
    },
  },
  ['ok', 'engine', 'upstreams'],
);

export function systemHealthTool(): ServerTool {
  return defineTool<Record<string, never>>({
    name: 'system.health',
    title: 'Health',
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    description: () => 'Says whether the engine and the servers work.',
    properties: {},
    required: [],
    outputSchema: OUTPUT_SCHEMA,
    async call(_args, { parts }) {
      const { engine } = parts.health();
      const upstreams = parts.upstreams.status().map(({ name, state, reason }) => ({
        name,
        state,
        ...(reason === undefined ? {} : { reason: safeText(reason) }),
      }));
      const lines = upstreams.map(
        ({ name, state, reason }) => `${name}: ${state}${reason === undefined ? '' : ` (${reason})`}`,
      );
      const text = [
        `engine: ${engine.ok ? 'ok' : 'not working'}, ${engine.detail}`,
        counted(upstreams.length, 'server'),
        ...lines,
      ];
      return {
        content: [{ type: 'text', text: text.join('\n') }],
        structuredContent: { ok: engine.ok, version: parts.version, engine: { ...engine }, upstreams },
      };
    },
  });
}
