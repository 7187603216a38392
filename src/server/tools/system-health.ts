/**
 * `system.health`: what works right now, from what the parts already know. Starts and connects nothing.
 */
import type { JsonObject } from '../../base/json.ts';
import type { EngineHealth } from '../../engine/engine.ts';
import type { Registry } from '../../registry/registry.ts';
import { type ReadOnce, unreadyParts } from '../probes/readiness.ts';
import { answerSchema } from '../rendering/outcome-schema.ts';
import { counted, safeText } from '../rendering/text.ts';
import type { ServerParts } from '../server-parts.ts';
import { defineTool, type ServerTool } from '../server-tool.ts';

const ENGINE: JsonObject = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    ok: { type: 'boolean' },
    detail: { type: 'string' },
    ready: { type: 'number' },
    busy: { type: 'number' },
  },
};

const OUTPUT_SCHEMA = answerSchema(
  {
    ok: { type: 'boolean' },
    version: { type: 'string' },
    profile: { type: 'string', description: 'The bundle of defaults that its settings began with.' },
    engine: { ...ENGINE, description: 'The one that a run without wishes gets now.' },
    engines: { type: 'object', properties: { node: ENGINE, docker: ENGINE } },
    sandboxes: {
      type: 'object',
      description: 'Absent where the setting sandboxes is off.',
      properties: { ok: { type: 'boolean' }, detail: { type: 'string' } },
    },
    upstreams: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, state: { type: 'string' }, reason: { type: 'string' } },
      },
    },
    registry: {
      type: 'object',
      description: 'Of dynamic tools; absent where there is none.',
      properties: {
        ok: { type: 'boolean' },
        kind: { type: 'string' },
        readOnly: { type: 'boolean' },
        tools: { type: 'number' },
        reason: { type: 'string' },
      },
      required: ['ok', 'kind', 'readOnly'],
    },
  },
  ['ok', 'engine', 'upstreams'],
);

/** `dynamic` is the listing of dynamic tools, where there is a registry. */
export function systemHealthTool(dynamic?: Partial<ReadOnce>): ServerTool {
  return defineTool<Record<string, never>>({
    name: 'system.health',
    title: 'Health',
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    description: () => 'Says whether the engine, the servers and the registry of dynamic tools work.',
    properties: {},
    required: [],
    outputSchema: OUTPUT_SCHEMA,
    async call(_args, { parts }) {
      const { engine, engines = {} } = parts.health();
      const sandboxes = sandboxHealth(parts, engines.docker);
      const upstreams = upstreamStates(parts);
      const registry = await registryHealth(parts.registry);
      const lines = upstreams.map(
        ({ name, state, reason }) => `${name}: ${state}${reason === undefined ? '' : ` (${reason})`}`,
      );
      const text = [
        `engine: ${engine.ok ? 'ok' : 'not working'}, ${engine.detail}`,
        ...otherLines(engine, engines, sandboxes),
        counted(upstreams.length, 'server'),
        ...lines,
        ...(registry === undefined ? [] : [registry.text]),
      ];
      return {
        content: [{ type: 'text', text: text.join('\n') }],
        structuredContent: {
          ok: unreadyParts(parts, dynamic).length === 0,
          version: parts.version,
          profile: parts.settings.profile,
          engine: { ...engine },
          engines: Object.fromEntries(Object.entries(engines).map(([name, health]) => [name, { ...health }])),
          ...(sandboxes === undefined ? {} : { sandboxes }),
          upstreams,
          ...registry?.structure,
        },
      };
    },
  });
}

function upstreamStates({ upstreams }: Pick<ServerParts, 'upstreams'>) {
  return upstreams.status().map(({ name, state, reason }) => ({
    name,
    state,
    ...(reason === undefined ? {} : { reason: safeText(reason) }),
  }));
}

/** Of the engine that is not the usual one, and of sandboxes where they are wanted and not to be had. */
function otherLines(
  usual: EngineHealth,
  engines: NonNullable<ReturnType<ServerParts['health']>['engines']>,
  sandboxes: { readonly ok: boolean; readonly detail: string } | undefined,
): readonly string[] {
  const others = Object.entries(engines).filter(([, { detail }]) => detail !== usual.detail);
  return [
    ...others.map(([name, { ok, detail }]) => `${name}: ${ok ? 'ok' : 'not working'}, ${detail}`),
    ...(sandboxes === undefined || sandboxes.ok ? [] : [`sandboxes: not available, ${sandboxes.detail}`]),
  ];
}

/** Undefined where nobody wants any. */
function sandboxHealth({ settings }: Pick<ServerParts, 'settings'>, docker: EngineHealth | undefined) {
  if (settings.sandboxes === 'off') return undefined;
  if (docker === undefined) return { ok: false, detail: 'They need Docker, which is switched off (setting engine).' };
  return { ok: docker.ok, detail: docker.detail };
}

/** Where the registry is away, all else works: `ok` does not depend on it. */
async function registryHealth(registry: Registry | undefined) {
  if (registry === undefined) return undefined;
  const { kind } = registry;
  const health = await registry.health();
  const ok = health.kind === 'up';
  const found = health.kind === 'up' ? { tools: health.tools } : { reason: safeText(health.reason) };
  const mode = health.isReadOnly ? ', read-only' : '';
  const text = health.kind === 'up' ? counted(health.tools, 'dynamic tool') : `not working, ${health.reason}`;
  return {
    text: `registry (${kind}${mode}): ${safeText(text)}`,
    structure: { registry: { ok, kind, readOnly: health.isReadOnly, ...found } },
  };
}
