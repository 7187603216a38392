/**
 * The one entrance to configuration: flags over environment over config file over defaults, checked as a whole.
 * Called once by the command line, or by whoever embeds Codeloom. Reads the config file and nothing else: no `.env`,
 * and nothing from the current directory unless it is named.
 */
import { isIPv4 } from 'node:net';
import type { RegistrySettings, Settings, UpstreamConfig } from '../base/config.ts';
import { Fault } from '../base/fault.ts';
import { resolveLimits } from '../base/limits.ts';
import { nearest } from '../base/nearest.ts';
import { type ConfigFile, locateConfigFile, parseConfigFile, readConfigFile } from './config-file.ts';
import { quote } from './config-text.ts';
import type { Environment } from './expand-variables.ts';
import { parseSettingTexts } from './parse-setting.ts';
import {
  flagOf,
  rowOf,
  SETTING_KEYS,
  type SettingKey,
  type SettingValues,
  VARIABLE_PREFIX,
  variableOf,
} from './setting-table.ts';

export interface SettingSources {
  /** Flags as given: `--log-level` to its texts; a switch has the text `true`. Flags that were not given are absent. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  /** In place of the table's defaults; below everything that was given. */
  readonly defaults?: Partial<SettingValues>;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** The config file as it was named, or where the user's own would be. */
  readonly configFile: string;
  /** False where that file does not exist, which is no mistake unless it was named. */
  readonly hasConfigFile: boolean;
  /** What was read and has no effect, one sentence each. */
  readonly notes: readonly string[];
}

/** The settings of one source that gave any. */
type Layer = ReadonlyMap<SettingKey, unknown>;

/** The checked settings. Throws `Fault` CONFIG_INVALID with a line for every mistake found in any source. */
export async function loadSettings(sources: SettingSources): Promise<LoadedSettings> {
  const mistakes: string[] = [];
  const notes: string[] = [];
  const fromFlags = readLayer(sources.flags, '--', flagOf, 'flag', mistakes);
  const fromEnv = readLayer(variablesOf(sources.env), VARIABLE_PREFIX, variableOf, 'environment variable', mistakes);
  const named = fromFlags.get('config') ?? fromEnv.get('config');
  const location = locateConfigFile(typeof named === 'string' ? named : undefined, sources);
  const text = await readConfigFile(location, mistakes);
  const file: ConfigFile | undefined =
    text === undefined ? undefined : parseConfigFile(text, location.name, sources.env, mistakes, notes);
  const assembled = assemble(
    [file?.settings ?? new Map(), fromEnv, fromFlags],
    file?.upstreams ?? [],
    sources.defaults,
  );
  const settings = file?.disabled === undefined ? assembled : { ...assembled, disabledUpstreams: file.disabled };
  // A host that is a mistake itself was told already.
  if (mistakes.length === 0) mistakes.push(...complainAboutExposure(settings), ...complainAboutRegistry(settings));
  if (mistakes.length > 0) throw new Fault('CONFIG_INVALID', listMistakes(mistakes));
  return { settings, configFile: location.name, hasConfigFile: text !== undefined, notes };
}

/** The settings of somebody who gave none. */
export function defaultSettings(defaults: Partial<SettingValues> = {}): Settings {
  return assemble([], [], defaults);
}

/** True for `localhost`, 127.0.0.0/8 and ::1, in brackets or not; a name that only begins like one is not. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

function variablesOf(env: Environment): ReadonlyMap<string, readonly string[]> {
  // An empty variable counts as not given: that is how container and CI files leave one out.
  const given = Object.entries(env).filter(([name, text]) => name.startsWith(VARIABLE_PREFIX) && text);
  return new Map(given.map(([name, text]) => [name, [text ?? '']]));
}

function readLayer(
  given: ReadonlyMap<string, readonly string[]>,
  prefix: string,
  nameOf: (key: SettingKey) => string,
  word: string,
  mistakes: string[],
): Layer {
  const keys = new Map(SETTING_KEYS.map((key) => [nameOf(key), key]));
  const layer = new Map<SettingKey, unknown>();
  for (const [name, texts] of given) {
    const key = keys.get(name);
    if (key === undefined) {
      // The prefix is common to all, so it must not count as likeness.
      const near = nearest(
        name.slice(prefix.length),
        [...keys.keys()].map((known) => known.slice(prefix.length)),
      );
      const hint = near === undefined ? '' : ` Did you mean "${prefix}${near}"?`;
      mistakes.push(`There is no ${word} ${quote(name)}.${hint}`);
      continue;
    }
    const parsed = parseSettingTexts(rowOf(key), texts);
    if (parsed.kind === 'value') layer.set(key, parsed.value);
    else mistakes.push(...parsed.mistakes.map((mistake) => `${name} ${mistake}`));
  }
  return layer;
}

/** Later layers win; limits are merged name by name. */
function assemble(
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

function complainAboutExposure(settings: Settings): readonly string[] {
  if (settings.transport !== 'http' || settings.allowUnauthenticated || isLoopbackHost(settings.host)) return [];
  return [
    `Serving on host ${quote(settings.host)} without authentication would let anyone who can connect run programs; ` +
      'keep to 127.0.0.1, or accept that with --allow-unauthenticated.',
  ];
}

function complainAboutRegistry({ registry }: Settings): readonly string[] {
  if (registry.kind !== 'postgres' || registry.url !== undefined) return [];
  return ['The registry "postgres" needs the address of its database: set CODELOOM_REGISTRY_URL.'];
}

const SHOWN_MISTAKES = 100;

function listMistakes(mistakes: readonly string[]): string {
  const more = mistakes.length - SHOWN_MISTAKES;
  const rest = more > 0 ? [`There are ${more} more mistakes.`] : [];
  return [...mistakes.slice(0, SHOWN_MISTAKES), ...rest].join('\n');
}
