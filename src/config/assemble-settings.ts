/**
 * Layers of given values → settings, and what is wrong with them together. Called by load-settings.ts, and by whoever
 * wants the defaults.
 */
import { isIPv4 } from 'node:net';
import type { RegistrySettings, Settings, UpstreamConfig } from '../base/config.ts';
import { resolveLimits } from '../base/limits.ts';
import { quote } from './config-text.ts';
import { rowOf, SETTING_KEYS, type SettingKey, type SettingValues } from './table/setting-table.ts';

/** The settings of one source that gave any. */
export type Layer = ReadonlyMap<SettingKey, unknown>;

/** The settings of somebody who gave none. */
export function defaultSettings(defaults: Partial<SettingValues> = {}): Settings {
  return assemble([], [], defaults);
}

/** Later layers win; limits are merged name by name. */
export function assemble(
  layers: readonly Layer[],
  upstreams: readonly UpstreamConfig[],
  defaults: Partial<SettingValues> = {},
): Settings {
  const tableDefaults = SETTING_KEYS.map((key) => [key, rowOf(key).default] as const);
  // Each value was parsed by the row of its key, which is where its type comes from.
  const values = Object.fromEntries([
    ...tableDefaults,
    ...Object.entries(defaults),
    ...layers.flatMap((layer) => [...layer]),
  ]) as unknown as SettingValues;
  const limits = layers.map((layer) => layer.get('limits') as SettingValues['limits'] | undefined);
  const runtime = values['docker.runtime'];
  return {
    transport: values.transport,
    host: values.host,
    port: values.port,
    path: values.path,
    allowedHosts: values.allowedHosts.map((host) => host.toLowerCase()),
    allowUnauthenticated: values.allowUnauthenticated,
    engine: values.engine,
    profile: values.profile,
    toolNames: values.toolNames,
    logLevel: values.logLevel,
    limits: resolveLimits(Object.assign({}, defaults.limits, ...limits)),
    docker: {
      images: values['docker.images'],
      pull: values['docker.pull'],
      ...(runtime === undefined ? {} : { runtime }),
    },
    packages: {
      install: values.dependencies,
      allow: values.allowPackages,
      block: values.blockPackages,
      ...(values.packagesDir === undefined ? {} : { dir: values.packagesDir }),
    },
    registry: registryOf(values),
    isReadOnly: values.readOnly,
    upstreams: upstreams.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

function registryOf({ registry: kind, registryFile: file, registryUrl: url }: SettingValues): RegistrySettings {
  return { kind, ...(file === undefined ? {} : { file }), ...(url === undefined ? {} : { url }) };
}

export function complainAboutExposure(settings: Settings): readonly string[] {
  if (settings.transport !== 'http' || settings.allowUnauthenticated || isLoopbackHost(settings.host)) return [];
  return [
    `Serving on host ${quote(settings.host)} without authentication would let anyone who can connect run programs; ` +
      'keep to 127.0.0.1, or accept that with --allow-unauthenticated.',
  ];
}

export function complainAboutRegistry({ registry }: Settings): readonly string[] {
  if (registry.kind !== 'postgres' || registry.url !== undefined) return [];
  return ['The registry "postgres" needs the address of its database: set CODELOOM_REGISTRY_URL.'];
}

/** True for `localhost`, 127.0.0.0/8 and ::1, in brackets or not; a name that only begins like one is not. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}
