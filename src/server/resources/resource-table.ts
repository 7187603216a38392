/**
 * The resources of this server, each once: what the tools of the same names tell, for clients that read rather than call.
 * offer-resources.ts lists and reads them.
 */
import type { Scope } from '../../base/gate/caller.ts';
import type { JsonObject } from '../../base/json.ts';
import type { ServerParts } from '../server-parts.ts';
import { runtimeConfig } from './runtime-config.ts';

export interface ServerResource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What a caller needs to see it. */
  readonly scope: Scope;
  /** The tool that tells the same, or more: whom the policy does not let call that may not read this. */
  readonly tool: string;
  read(parts: ServerParts): JsonObject;
}

export const RESOURCES: readonly ServerResource[] = [
  {
    uri: 'codeloom://service/meta',
    name: 'service-meta',
    title: 'About this server',
    description: 'Its name and version, how it is reached, and which engines run programs.',
    scope: 'codeloom.execute',
    tool: 'system.health',
    read: serviceMeta,
  },
  {
    uri: 'codeloom://service/runtime-config',
    name: 'runtime-config',
    title: 'Configuration in force',
    description: 'Settings, limits and servers, without secrets; the same as system.runtime_config.',
    scope: 'codeloom.admin',
    tool: 'system.runtime_config',
    read: ({ settings }) => runtimeConfig(settings),
  },
  {
    uri: 'codeloom://metrics/guard',
    name: 'guard-metrics',
    title: 'The gate',
    description: 'Runs under way and waiting, limits, and what was refused; the same as system.guard_metrics.',
    scope: 'codeloom.admin',
    tool: 'system.guard_metrics',
    read: ({ guard }) => ({ ...guard.metrics() }) as unknown as JsonObject,
  },
];

function serviceMeta({ version, settings, health, registry, sandboxes }: ServerParts): JsonObject {
  const { engine, engines = {} } = health();
  return {
    name: 'codeloom',
    version,
    transport: settings.transport,
    profile: settings.profile,
    engines: Object.fromEntries(Object.entries(engines).map(([name, { ok }]) => [name, ok])),
    isEngineReady: engine.ok,
    hasDynamicTools: registry !== undefined,
    hasSandboxes: sandboxes !== undefined,
  };
}
