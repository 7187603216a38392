/**
 * A client of `dist/bin.js serve` in a process of its own, of one era over one transport, that says what `_meta` and
 * headers its calls carry. The server has the upstream `kit`, which answers with the `_meta` that it was sent.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { onTestFinished } from 'vitest';
import { BIN, startHttp, type TransportName } from '../served.ts';

const UPSTREAM = fileURLToPath(new URL('../../fixtures/upstreams/echoes-meta.ts', import.meta.url));

export interface TracedOptions {
  readonly transport: TransportName;
  readonly era: '2026' | '2025';
  readonly env?: Readonly<Record<string, string>>;
  /** Of every HTTP request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly settings?: object;
  /** The rest of the config file, such as other servers. */
  readonly config?: object;
  /** With a registry of its own. */
  readonly isRegistered?: boolean;
}

export interface TracedClient {
  readonly client: Client;
  /** Over HTTP. */
  readonly url: string;
  call(name: string, args: Record<string, unknown>, meta?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Ends client and server; resolves when the server's process is gone. */
  end(): Promise<void>;
}

export async function startTraced({
  transport,
  era,
  env = {},
  headers = {},
  settings = {},
  config = {},
  isRegistered = false,
}: TracedOptions): Promise<TracedClient> {
  const folder = mkdtempSync(join(tmpdir(), 'codeloom-traced-'));
  const configFile = join(folder, 'mcp.json');
  const mcpServers = { kit: { command: process.execPath, args: [UPSTREAM] } };
  const registry = isRegistered ? { registryFile: join(folder, 'registry.db') } : { registry: 'none' };
  writeFileSync(configFile, JSON.stringify({ mcpServers, codeloom: { ...registry, ...settings }, ...config }));
  const args = [BIN, 'serve', '--config', configFile, '--engine', 'node'];
  const started =
    transport === 'http' ? await startWith(env, [...args, '--transport', 'http', '--port', '0']) : undefined;
  const wire =
    started === undefined
      ? new StdioClientTransport({ command: process.execPath, args, env: { ...ownEnv(), ...env }, stderr: 'ignore' })
      : new StreamableHTTPClientTransport(new URL(started.url), { requestInit: { headers: { ...headers } } });
  const client = new Client(
    { name: 'traced', version: '1' },
    { versionNegotiation: { mode: era === '2026' ? { pin: '2026-07-28' } : 'legacy' } },
  );
  await client.connect(wire);
  let ending: Promise<void> | undefined;
  const end = async () => {
    await client.close();
    await started?.end();
    rmSync(folder, { recursive: true, force: true });
  };
  const endOnce = () => {
    ending ??= end();
    return ending;
  };
  onTestFinished(endOnce);
  return {
    client,
    url: started?.url ?? '',
    call: async (name, given, meta) => {
      const params = { name, arguments: given, ...(meta === undefined ? {} : { _meta: meta }) };
      return ((await client.callTool(params)).structuredContent ?? {}) as Record<string, unknown>;
    },
    end: endOnce,
  };
}

function ownEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** startHttp hands on the environment of this process, so that has what is wanted while it starts. */
async function startWith(env: Readonly<Record<string, string>>, args: readonly string[]) {
  const before = new Map(Object.keys(env).map((name) => [name, process.env[name]]));
  Object.assign(process.env, env);
  try {
    return await startHttp(args);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
