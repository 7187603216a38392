/** Real MCP over real pipes and sockets: a client of the SDK, the emptiest server of the SDK, and Codeloom as it ships. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = `${ROOT}dist/bin.js`;
/** Below node_modules, so that it finds its libraries there and git does not see it. */
const TOOL_SERVER = `${ROOT}node_modules/.cache/codeloom-bench/tool-server.mjs`;

/** The command line of the emptiest server; builds it first. */
export function toolServerCommand(...args: readonly string[]): readonly string[] {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['bench/fixtures/tool-server.ts'],
    outfile: TOOL_SERVER,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    logLevel: 'warning',
  });
  return [TOOL_SERVER, ...args];
}

/**
 * The command line of Codeloom with no upstreams and no config file of whoever runs this. On the node engine: what is
 * measured must not depend on whether a Docker daemon happens to be there.
 */
export function codeloomCommand(): readonly string[] {
  if (!existsSync(BIN)) throw new Error('There is no dist/bin.js; run npm run build.');
  return [
    BIN,
    'serve',
    '--engine',
    'node',
    '--log-level',
    'silent',
    '--config',
    fileURLToPath(new URL('../fixtures/empty.json', import.meta.url)),
  ];
}

export interface McpSession {
  readonly client: Client;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts the server and connects to it: resolves with its first answer. */
export async function openSession(command: readonly string[]): Promise<McpSession> {
  const transport = new StdioClientTransport({ command: process.execPath, args: [...command], stderr: 'inherit' });
  const client = new Client({ name: 'codeloom-bench', version: '1.0.0' });
  await client.connect(transport);
  return { client, pid: transport.pid ?? 0, close: () => client.close() };
}

/** Runs a program through the tool `run_js`. Rejects where the run came to anything but `completed`. */
export async function runJs({ client }: McpSession, code: string): Promise<void> {
  const { structuredContent } = await client.callTool({ name: 'run_js', arguments: { code, servers: [] } });
  const { kind } = structuredContent as { kind: string };
  if (kind !== 'completed') throw new Error(`A program that should complete came to ${kind}.`);
}

export interface HttpServer {
  readonly url: string;
  connect(): Promise<Client>;
  close(): void;
}

/** The emptiest server over Streamable HTTP, in a process of its own. */
export async function startHttpServer(): Promise<HttpServer> {
  const child = spawn(process.execPath, toolServerCommand('http'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await firstLine(child);
  return {
    url,
    connect: async () => {
      const client = new Client({ name: 'codeloom-bench', version: '1.0.0' });
      await client.connect(new StreamableHTTPClientTransport(new URL(url)));
      return client;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim()));
  child.once('exit', (code) => reject(new Error(`The HTTP server ended with ${code}.`)));
  return promise;
}
