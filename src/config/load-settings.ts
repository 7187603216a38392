/**
 * The one entrance to configuration: flags over environment over config file over defaults, checked as a whole.
 * Called once by the command line, or by whoever embeds Codeloom. Reads the config file and nothing else: no `.env`,
 * and nothing from the current directory unless it is named.
 */
import type { Settings } from '../base/config.ts';
import { Fault } from '../base/fault.ts';
import { nearest } from '../base/nearest.ts';
import { complainAboutAccess } from './access/complain-about-access.ts';
import { assemble, complainAboutExposure, complainAboutRegistry, type Layer } from './assemble-settings.ts';
import { type ConfigFile, locateConfigFile, parseConfigFile, readConfigFile } from './config-file.ts';
import { quote } from './config-text.ts';
import type { Environment } from './expand-variables.ts';
import { parseSettingTexts } from './parse-setting.ts';
import { loadPolicy, unknownServers } from './policy/load-policy.ts';
import {
  flagOf,
  rowOf,
  SETTING_KEYS,
  type SettingKey,
  type SettingValues,
  VARIABLE_PREFIX,
  variableOf,
} from './table/setting-table.ts';
import { unusedSettings } from './unused/unused-settings.ts';

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
  const layers = [fromFlags, fromEnv, file?.settings];
  const policy = await loadPolicy(layers.find((layer) => layer?.has('policy'))?.get('policy'), mistakes);
  notes.push(...unknownServers(policy, assembled.upstreams));
  const settings = {
    ...assembled,
    ...(file?.disabled === undefined ? {} : { disabledUpstreams: file.disabled }),
    ...(policy === undefined ? {} : { policy }),
  };
  // A host that is a mistake itself was told already.
  if (mistakes.length === 0) {
    mistakes.push(
      ...complainAboutAccess(settings),
      ...complainAboutExposure(settings),
      ...complainAboutRegistry(settings),
    );
  }
  notes.push(...unusedSettings(layers, settings));
  if (mistakes.length > 0) throw new Fault('CONFIG_INVALID', listMistakes(mistakes));
  return { settings, configFile: location.name, hasConfigFile: text !== undefined, notes };
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

const SHOWN_MISTAKES = 100;

function listMistakes(mistakes: readonly string[]): string {
  const more = mistakes.length - SHOWN_MISTAKES;
  const rest = more > 0 ? [`There are ${more} more mistakes.`] : [];
  return [...mistakes.slice(0, SHOWN_MISTAKES), ...rest].join('\n');
}
