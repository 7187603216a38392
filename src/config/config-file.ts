/**
 * The config file: where it is, its text, and what its keys say. Called by load-settings.ts. Mistakes are told with
 * file, line, column and key path; the file is named as the user named it.
 */
import { createReadStream } from 'node:fs';
import type { UpstreamConfig } from '../base/config.ts';
import { type Home, userFolder } from '../base/files/user-folder.ts';
import { nearestHint } from '../base/nearest.ts';
import { type ConfigText, type ConfigValue, describeKind, parseConfigText } from './config-text.ts';
import type { Environment } from './expand-variables.ts';
import { parseSettingValue } from './parse-setting.ts';
import { parseUpstreams } from './parse-upstream.ts';
import type { FieldReport } from './read-field.ts';
import { rowOf, SETTING_KEYS, type SettingKey } from './table/setting-table.ts';

export interface ConfigLocation {
  readonly name: string;
  /** A file that was named has to exist; the one in the user's config folder need not. */
  readonly isNamed: boolean;
}

export interface ConfigFile {
  readonly settings: ReadonlyMap<SettingKey, unknown>;
  readonly upstreams: readonly UpstreamConfig[];
  /** Names of those that are switched off; absent where there are none. */
  readonly disabled?: readonly string[];
}

const MAX_FILE_BYTES = 4 * 1024 * 1024;
const SERVER_KEYS = ['mcpServers', 'servers'];
const KEYS = [...SERVER_KEYS, 'codeloom'];
/** What other clients keep in the same file, without a meaning here. */
const IGNORED_KEYS = ['$schema', '$comment', 'inputs', 'sandbox', 'globalShortcut', 'preferences'];

export function locateConfigFile(named: string | undefined, home: Home): ConfigLocation {
  if (named !== undefined) return { name: named, isNamed: true };
  return { name: userFolder('config', home, 'mcp.json'), isNamed: false };
}

/** The file's text, or undefined where there is none. At most the cap is read, whatever kind of file it is. */
export async function readConfigFile(location: ConfigLocation, mistakes: string[]): Promise<string | undefined> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(location.name, { end: MAX_FILE_BYTES })) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    if (bytes.length > MAX_FILE_BYTES) mistakes.push(`${location.name}: is larger than ${MAX_FILE_BYTES} bytes.`);
    else return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
    if (!isAbsent || location.isNamed) mistakes.push(`${location.name}: ${describeUnreadable(code)}`);
  }
  return undefined;
}

/** What the text says. Adds to `mistakes` and `notes`; what is wrong is left out of the answer. */
export function parseConfigFile(
  text: string,
  name: string,
  env: Environment,
  mistakes: string[],
  notes: string[],
): ConfigFile {
  const settings = new Map<SettingKey, unknown>();
  const upstreams: UpstreamConfig[] = [];
  const parsed = parseConfigText(text, name, mistakes);
  if (parsed === undefined) return { settings, upstreams };
  const report = createReport(parsed, env, mistakes, notes);
  if (parsed.root.kind !== 'object') {
    report.complain(parsed.root, `must hold an object, not ${describeKind(parsed.root)}.`);
    return { settings, upstreams };
  }
  const seen = new Map<string, string>();
  const disabled: string[] = [];
  for (const [key, value] of parsed.root.members) {
    if (SERVER_KEYS.includes(key)) {
      complainAboutRepeats(value, seen, report);
      upstreams.push(...parseUpstreams(value, report));
      disabled.push(...disabledNames(value));
    } else if (key === 'codeloom') readSettings(value, '', settings, report);
    else if (IGNORED_KEYS.includes(key)) report.note(value, 'is ignored.');
    else report.complain(value, `is no key of a config file.${nearestHint(key, KEYS)}`, 'key');
  }
  return disabled.length === 0 ? { settings, upstreams } : { settings, upstreams, disabled };
}

function disabledNames(servers: ConfigValue): readonly string[] {
  if (servers.kind !== 'object') return [];
  const isDisabled = (server: ConfigValue) => {
    const value = server.kind === 'object' ? server.members.get('disabled') : undefined;
    return value?.kind === 'boolean' && value.value;
  };
  return [...servers.members].filter(([, server]) => isDisabled(server)).map(([name]) => name);
}

function createReport(text: ConfigText, env: Environment, mistakes: string[], notes: string[]): FieldReport {
  return {
    env,
    complain: (value, sentence, at) => mistakes.push(`${text.place(value, at)} ${sentence}`),
    note: (value, sentence) => notes.push(`${text.place(value, 'key')} ${sentence}`),
  };
}

/** Both keys may stand in one file, but a name only under one of them. */
function complainAboutRepeats(servers: ConfigValue, seen: Map<string, string>, report: FieldReport): void {
  if (servers.kind !== 'object') return;
  for (const [name, server] of servers.members) {
    const earlier = seen.get(name);
    if (earlier !== undefined) report.complain(server, `is given twice, first as ${earlier}.`, 'key');
    seen.set(name, server.path);
  }
}

/** One level of `"codeloom"`. `prefix` is empty, or ends in a dot. */
function readSettings(
  given: ConfigValue,
  prefix: string,
  settings: Map<SettingKey, unknown>,
  report: FieldReport,
): void {
  if (given.kind !== 'object') {
    report.complain(given, `must be an object, not ${describeKind(given)}.`);
    return;
  }
  const keys = SETTING_KEYS.filter((key) => key.startsWith(prefix) && rowOf(key).inFile !== false);
  const names = new Set(keys.map((key) => key.slice(prefix.length).split('.')[0] ?? ''));
  for (const [name, value] of given.members) {
    const key = keys.find((known) => known === `${prefix}${name}`);
    if (key !== undefined) {
      const parsed = parseSettingValue(rowOf(key), value);
      if (parsed.kind === 'value') settings.set(key, parsed.value);
      else for (const mistake of parsed.mistakes) report.complain(value, mistake);
    } else if (names.has(name)) readSettings(value, `${prefix}${name}.`, settings, report);
    else report.complain(value, `is no setting.${nearestHint(name, names)}`, 'key');
  }
}

function describeUnreadable(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file.';
    case 'EISDIR':
      return 'is a folder, not a file.';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user.';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'is not UTF-8 text.';
    default:
      return `cannot be read${code === undefined ? '' : ` (${code})`}.`;
  }
}
