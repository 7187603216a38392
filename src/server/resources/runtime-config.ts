/**
 * The configuration in force, for an administrator: settings, limits and servers. A secret is told to be set or not, and
 * wherever an operator may have put one without saying so, it is taken for one: arguments, paths and queries of addresses,
 * every variable and every header. Shown by `system.runtime_config` and by the resource of the same.
 */
import type { Settings, UpstreamConfig } from '../../base/config.ts';
import type { JsonObject } from '../../base/json.ts';
import { whetherSet } from '../../config/shown/shown-settings.ts';

export function runtimeConfig({ shown, limits, upstreams, disabledUpstreams = [] }: Settings): JsonObject {
  return {
    settings: { ...shown },
    limits: { ...limits },
    servers: upstreams.map(shownServer),
    disabledServers: [...disabledUpstreams],
  };
}

function shownServer({ name, transport, description, allowTools, blockTools, timeoutMs }: UpstreamConfig): JsonObject {
  return {
    name,
    ...(transport.kind === 'stdio' ? shownCommand(transport) : shownAddress(transport)),
    ...(description === undefined ? {} : { description }),
    ...(allowTools === undefined ? {} : { allowTools: [...allowTools] }),
    ...(blockTools === undefined ? {} : { blockTools: [...blockTools] }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function shownCommand({
  command,
  args,
  env,
  cwd,
}: Extract<UpstreamConfig['transport'], { kind: 'stdio' }>): JsonObject {
  return {
    transport: 'stdio',
    command,
    arguments: args.length,
    env: namesOnly(env),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function shownAddress({ kind, url, headers }: Exclude<UpstreamConfig['transport'], { kind: 'stdio' }>): JsonObject {
  const { origin, pathname, username, password, search } = new URL(url);
  return {
    transport: kind,
    origin,
    path: whetherSet(pathname === '/' ? '' : pathname),
    query: whetherSet(search),
    credentials: whetherSet(username + password),
    headers: namesOnly(headers),
  };
}

function namesOnly(values: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, whetherSet(value)]));
}
