/**
 * What the tests of this room share: the small servers of test/fixtures/upstreams as configurations, and upstreams that
 * are closed when the test is over.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { UpstreamConfig, UpstreamTransport } from '../../../src/base/config.ts';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { type LimitOverrides, resolveLimits } from '../../../src/base/limits.ts';
import { createLog, type Log } from '../../../src/base/log.ts';
import type { Catalog, Tool } from '../../../src/base/tool.ts';
import type { ToolFailure, ToolProgress, ToolReply } from '../../../src/run/call-tool.ts';
import { createUpstreams, type Upstreams } from '../../../src/upstream/upstreams.ts';

const FIXTURES = new URL('../../fixtures/upstreams/', import.meta.url);

export const quiet = createLog('silent');
export const unaborted = new AbortController().signal;

export function stdio(
  command: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): UpstreamTransport {
  return { kind: 'stdio', command, args, env };
}

/** One of the servers in test/fixtures/upstreams. */
export function fixture(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): UpstreamTransport {
  return stdio(process.execPath, [fileURLToPath(new URL(`${name}.ts`, FIXTURES)), ...args], env);
}

/** A log that can be waited on: `told` resolves with the first line that matches, from the start on. */
export function listeningLog(): { readonly log: Log; told(pattern: RegExp): Promise<string> } {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const log = createLog('debug', {
    write: (line: string) => {
      lines.push(String((JSON.parse(line) as { msg: unknown }).msg));
      for (const look of waiting) look();
    },
  });
  const told = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => {
        const found = lines.find((line) => pattern.test(line));
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { log, told };
}

export interface Opened {
  readonly upstreams: Upstreams;
  catalog(...servers: string[]): Promise<Catalog>;
  tool(server: string, name: string): Promise<Tool>;
  call(server: string, name: string, args?: JsonObject, options?: CallOptions): Promise<ToolReply>;
  value(server: string, name: string, args?: JsonObject): Promise<Json>;
  failure(server: string, name: string, args?: JsonObject): Promise<ToolFailure>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ToolProgress) => void;
}

export type Configs = Readonly<Record<string, UpstreamTransport | Omit<UpstreamConfig, 'name'>>>;

export function openUpstreams(configs: Configs, limits: LimitOverrides = {}, log: Log = quiet): Opened {
  const upstreams = createUpstreams(Object.entries(configs).map(toConfig), { limits: resolveLimits(limits), log });
  onTestFinished(() => upstreams.close());
  const catalog = (...servers: string[]) => upstreams.catalog(servers, unaborted);
  const tool = async (server: string, name: string): Promise<Tool> => {
    const found = (await catalog(server)).servers[0]?.tools.find((each) => each.name === name);
    if (found === undefined) throw new Error(`${server} has no tool ${name}`);
    return found;
  };
  const call = async (
    server: string,
    name: string,
    args: JsonObject = {},
    { signal = unaborted, onProgress }: CallOptions = {},
  ) =>
    upstreams.callTool(
      { runId: 'test', tool: await tool(server, name), args, ...(onProgress === undefined ? {} : { onProgress }) },
      signal,
    );
  return {
    upstreams,
    catalog,
    tool,
    call,
    value: async (server, name, args) => valueIn(await call(server, name, args)),
    failure: async (server, name, args) => failureIn(await call(server, name, args)),
  };
}

export function valueIn(reply: ToolReply): Json {
  if (reply.kind === 'value') return reply.value;
  throw new Error(`The call failed: ${reply.failure.code}: ${reply.failure.message}`);
}

export function failureIn(reply: ToolReply): ToolFailure {
  if (reply.kind === 'failure') return reply.failure;
  throw new Error(`The call did not fail: ${JSON.stringify(reply.value)}`);
}

/** False once no process of that id is left, but for one that nobody has waited for. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

function toConfig([name, config]: [string, UpstreamTransport | Omit<UpstreamConfig, 'name'>]): UpstreamConfig {
  return 'transport' in config ? { name, ...config } : { name, transport: config };
}
