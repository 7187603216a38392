/**
 * Layers of given values → settings, and what is wrong with them together. Called by load-settings.ts, and by whoever
 * wants the defaults.
 */
import { isIPv4 } from 'node:net';
import type { AccessSettings, AuditSettings, RegistrySettings, Settings, UpstreamConfig } from '../base/config.ts';
import { resolveLimits } from '../base/limits.ts';
import { quote } from './config-text.ts';
import { PROFILE_SETTINGS } from './profile/profile-settings.ts';
import { shownSettings } from './shown/shown-settings.ts';
import { rowOf, SETTING_KEYS, SETTING_TABLE, type SettingKey, type SettingValues } from './table/setting-table.ts';

/** The settings of one source that gave any. */
export type Layer = ReadonlyMap<SettingKey, unknown>;

/** The settings of somebody who gave none. */
export function defaultSettings(defaults: Partial<SettingValues> = {}): Settings {
  return assemble([], [], defaults);
}

/** Settings of the layers, over the caller's defaults, over those of the profile. */
export function assemble(
  layers: readonly Layer[],
  upstreams: readonly UpstreamConfig[],
  defaults: Partial<SettingValues> = {},
): Settings {
  const values = valuesOf(layers, defaults);
  const runtime = values['docker.runtime'];
  return {
    transport: values.transport,
    host: values.host,
    port: values.port,
    path: values.path,
    allowedHosts: hostsOf(values),
    allowUnauthenticated: values.allowUnauthenticated,
    access: accessOf(values),
    engine: values.engine,
    profile: values.profile,
    sandboxes: values.sandboxes,
    toolNames: values.toolNames,
    logLevel: values.logLevel,
    limits: resolveLimits(values.limits),
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
    audit: auditOf(values),
    metrics: values.metrics,
    shown: shownSettings(values),
    isReadOnly: values.readOnly,
    upstreams: upstreams.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

/** Later layers win; limits are merged name by name. */
function valuesOf(layers: readonly Layer[], defaults: Partial<SettingValues>): SettingValues {
  const table = new Map(SETTING_KEYS.map((key) => [key, rowOf(key).default] as const));
  const bundle = PROFILE_SETTINGS[profileOf(layers, defaults)];
  // Each value was parsed by the row of its key, which is where its type comes from.
  const all = [table, ...[bundle, defaults].map((values) => new Map(Object.entries(values)) as Layer), ...layers];
  const limits: Record<string, number> = Object.assign({}, ...all.map((layer) => layer.get('limits')));
  return { ...Object.fromEntries(all.flatMap((layer) => [...layer])), limits } as unknown as SettingValues;
}

/** Known before the rest: what it is decides what the rest is by default. */
function profileOf(layers: readonly Layer[], defaults: Partial<SettingValues>): SettingValues['profile'] {
  const given = layers.map((layer) => layer.get('profile') as SettingValues['profile'] | undefined);
  return given.findLast((profile) => profile !== undefined) ?? defaults.profile ?? SETTING_TABLE.profile.default;
}

/** Clients that know the server by its public address send that in their Host header. */
function hostsOf({ allowedHosts, publicUrl }: SettingValues): readonly string[] {
  const own = publicUrl !== undefined && URL.canParse(publicUrl) ? [new URL(publicUrl).hostname] : [];
  return [...new Set([...allowedHosts, ...own].map((host) => host.toLowerCase()))];
}

function accessOf(values: SettingValues): AccessSettings {
  const { authIssuer: issuer, authJwksUrl: jwksUrl, publicUrl, adminToken } = values;
  return {
    auth: values.auth,
    audience: values.authAudience,
    algorithms: values.authAlgorithms,
    clockToleranceS: values.authClockToleranceSeconds,
    subjectClaim: values.authSubjectClaim,
    scopeClaim: values.authScopeClaim,
    ...(issuer === undefined ? {} : { issuer }),
    ...(jwksUrl === undefined ? {} : { jwksUrl }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(adminToken === undefined ? {} : { adminToken }),
  };
}

function registryOf({ registry: kind, registryFile: file, registryUrl: url }: SettingValues): RegistrySettings {
  return { kind, ...(file === undefined ? {} : { file }), ...(url === undefined ? {} : { url }) };
}

function auditOf({ audit, auditDir: dir, auditFileMb, auditFiles, auditArgs }: SettingValues): AuditSettings {
  const place = dir === undefined ? {} : { dir };
  return { isOn: audit === 'on', ...place, maxFileMb: auditFileMb, maxFiles: auditFiles, keepsArguments: auditArgs };
}

export function complainAboutExposure(settings: Settings): readonly string[] {
  if (settings.transport !== 'http' || settings.allowUnauthenticated || isLoopbackHost(settings.host)) return [];
  if (settings.access.auth === 'jwt') return [];
  return [
    `Serving on host ${quote(settings.host)} without authentication would let anyone who can connect run programs; ` +
      'keep to 127.0.0.1, ask for tokens with --auth jwt, or accept that with --allow-unauthenticated.',
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
