/**
 * The upstreams of a config file: `mcpServers` as most clients write it, `servers` as VS Code does. Called by
 * load-settings.ts. Tells every mistake and goes on, so that one look shows all of them. Starts and opens nothing.
 */
import { isAbsolute, resolve } from 'node:path';
import type { UpstreamConfig, UpstreamTransport } from '../base/config.ts';
import { LIMIT_TABLE } from '../base/limits.ts';
import { nearestHint } from '../base/nearest.ts';
import { type ConfigValue, describeKind, quote } from './config-text.ts';
import {
  type FieldReport,
  type ObjectValue,
  readDuration,
  readPlainText,
  readPlainTexts,
  readSwitch,
  readText,
  readTexts,
  readTextsByName,
} from './read-field.ts';

const MAX_UPSTREAMS = 1_000;
const MAX_NAME_CHARS = 128;

const STDIO_KEYS = ['command', 'args', 'env', 'cwd'];
const REMOTE_KEYS = ['url', 'headers'];
const KEYS = [
  'type',
  ...STDIO_KEYS,
  ...REMOTE_KEYS,
  'allowTools',
  'blockTools',
  'timeoutMs',
  'description',
  'disabled',
];

/** What other clients keep in the same place, without a meaning here. */
const IGNORED_KEYS: ReadonlySet<string> = new Set([
  ...['$comment', 'alwaysAllow', 'alwaysLoad', 'auth', 'autoApprove', 'dev', 'envFile', 'gallery', 'icon', 'iconUrl'],
  ...['oauth', 'sandbox', 'sandboxEnabled', 'timeout', 'trust', 'version', 'watchPaths'],
]);

/** What other clients call something that exists here; a list of blocked tools must not be ignored in silence. */
const RENAMED_KEYS: ReadonlyMap<string, string> = new Map([
  ['serverUrl', 'url'],
  ['httpUrl', 'url'],
  ['transport', 'type'],
  ['transportType', 'type'],
  ['tools', 'allowTools'],
  ['enabledTools', 'allowTools'],
  ['includeTools', 'allowTools'],
  ['disabledTools', 'blockTools'],
  ['excludeTools', 'blockTools'],
  ['enabled', 'disabled'],
]);

const TRANSPORT_KINDS: ReadonlyMap<string, UpstreamTransport['kind']> = new Map([
  ['stdio', 'stdio'],
  ['http', 'http'],
  ['streamable-http', 'http'],
  ['streamableHttp', 'http'],
  ['sse', 'sse'],
]);

/** The upstreams of one such key, without those that are disabled or wrong. */
export function parseUpstreams(servers: ConfigValue, report: FieldReport): readonly UpstreamConfig[] {
  if (servers.kind !== 'object') {
    report.complain(servers, `must be an object of servers by name, not ${describeKind(servers)}.`);
    return [];
  }
  if (servers.members.size > MAX_UPSTREAMS) {
    report.complain(servers, `holds ${servers.members.size} servers; at most ${MAX_UPSTREAMS} are allowed.`);
    return [];
  }
  return [...servers.members].flatMap(([name, server]) => parseUpstream(name, server, report) ?? []);
}

function parseUpstream(name: string, server: ConfigValue, report: FieldReport): UpstreamConfig | undefined {
  const wrongName = complainAboutName(name);
  if (wrongName !== undefined) report.complain(server, wrongName, 'key');
  if (server.kind !== 'object') {
    report.complain(server, `must be an object, not ${describeKind(server)}.`);
    return undefined;
  }
  // What is switched off may be unfinished, and its variables unset.
  if (readSwitch(server, 'disabled', report)) return undefined;
  checkKeys(server, report);
  const transport = parseTransport(server, report);
  const description = readPlainText(server, 'description', report);
  const allowTools = readPlainTexts(server, 'allowTools', report);
  const blockTools = readPlainTexts(server, 'blockTools', report);
  const timeoutMs = readDuration(server, 'timeoutMs', LIMIT_TABLE.callMs, report);
  if (transport === undefined) return undefined;
  return {
    name,
    transport,
    ...(description === undefined ? {} : { description }),
    ...(allowTools === undefined ? {} : { allowTools }),
    ...(blockTools === undefined ? {} : { blockTools }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function complainAboutName(name: string): string | undefined {
  if (name.trim() === '') return 'must not have an empty name.';
  if (name.length > MAX_NAME_CHARS) {
    return `has a name of ${name.length} characters; at most ${MAX_NAME_CHARS} are allowed.`;
  }
  const isClean = name.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
  return isClean ? undefined : 'has a name with control characters.';
}

function checkKeys(server: ObjectValue, report: FieldReport): void {
  const isRemote = server.members.has('url');
  const meaningless = isRemote ? STDIO_KEYS : REMOTE_KEYS;
  for (const [key, value] of server.members) {
    const ours = RENAMED_KEYS.get(key);
    if (ours !== undefined) report.complain(value, `is called "${ours}" here.`, 'key');
    else if (IGNORED_KEYS.has(key)) report.note(value, 'is ignored.');
    else if (!KEYS.includes(key)) report.complain(value, `is no key of a server.${nearestHint(key, KEYS)}`, 'key');
    else if (meaningless.includes(key) && key !== 'command') {
      report.note(value, `is ignored, because this server has a "${isRemote ? 'url' : 'command'}".`);
    }
  }
}

function parseTransport(server: ObjectValue, report: FieldReport): UpstreamTransport | undefined {
  const kind = readKind(server, report);
  const url = server.members.get('url');
  const hasCommand = server.members.has('command');
  if (url !== undefined && hasCommand) {
    report.complain(url, 'stands beside "command"; a server has one of the two.', 'key');
    return undefined;
  }
  if (url === undefined && !hasCommand) {
    report.complain(server, 'must have a "command" to start or a "url" to connect to.', 'key');
    return undefined;
  }
  if (kind !== undefined && (kind === 'stdio') !== hasCommand) {
    report.complain(server, `has a "type" that needs a "${kind === 'stdio' ? 'command' : 'url'}".`, 'key');
    return undefined;
  }
  return hasCommand ? readStdio(server, report) : readRemote(server, kind === 'sse' ? 'sse' : 'http', report);
}

function readKind(server: ObjectValue, report: FieldReport): UpstreamTransport['kind'] | undefined {
  const type = server.members.get('type');
  const kind = type?.kind === 'string' ? TRANSPORT_KINDS.get(type.value) : undefined;
  if (type !== undefined && kind === undefined) {
    const given = type.kind === 'string' ? quote(type.value) : describeKind(type);
    report.complain(type, `must be "stdio", "http", "streamable-http" or "sse", not ${given}.`);
  }
  return kind;
}

function readStdio(server: ObjectValue, report: FieldReport): UpstreamTransport | undefined {
  const command = readText(server, 'command', complainAboutFilled, report);
  const args = readTexts(server, 'args', complainAboutNul, report);
  const env = readTextsByName(server, 'env', complainAboutVariableName, complainAboutNul, report);
  const cwd = readText(server, 'cwd', complainAboutFilled, report);
  if (command === undefined) return undefined;
  // A bare name is looked up in PATH. A relative path is taken from `cwd`, the same way on every platform.
  const isRelativePath = /[\\/]/.test(command) && !isAbsolute(command);
  return {
    kind: 'stdio',
    command: isRelativePath && cwd !== undefined ? resolve(cwd, command) : command,
    args,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function readRemote(server: ObjectValue, kind: 'http' | 'sse', report: FieldReport): UpstreamTransport | undefined {
  const url = readText(server, 'url', complainAboutUrl, report);
  const headers = readTextsByName(server, 'headers', complainAboutHeaderName, complainAboutHeaderValue, report);
  return url === undefined ? undefined : { kind, url, headers };
}

function complainAboutUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'must be a URL like "https://example.com/mcp".';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `must be an http or https URL, not ${quote(url.protocol)}.`;
  }
  if (url.username === '' && url.password === '') return undefined;
  return 'must not carry a user name or password; put credentials into "headers".';
}

function complainAboutFilled(text: string): string | undefined {
  return text.trim() === '' ? 'must not be empty.' : complainAboutNul(text);
}

function complainAboutNul(text: string): string | undefined {
  return text.includes('\0') ? 'must not hold a NUL character.' : undefined;
}

function complainAboutVariableName(name: string): string | undefined {
  return name === '' || /[=\p{Cc}]/u.test(name) ? 'is no name of an environment variable.' : undefined;
}

function complainAboutHeaderName(name: string): string | undefined {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) ? undefined : 'is no name of an HTTP header.';
}

/** What HTTP and the fetch standard let a header hold: Latin-1 without control characters. */
function complainAboutHeaderValue(text: string): string | undefined {
  return /^(?:\t|[^\p{Cc}\u{100}-\u{10ffff}])*$/u.test(text)
    ? undefined
    : 'holds a character that no HTTP header may hold.';
}
