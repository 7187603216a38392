/**
 * A real MCP client of the official SDK, connected over stdio to a Codeloom that was started as any client would start
 * it: `dist/bin.js serve` in a process of its own. Used by scripts/demo.ts.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CallToolResult, Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Outcome } from '../../src/program/outcome.ts';
import type { Scratch } from './scratch.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

export interface Session {
  readonly client: Client;
  /** Who answered, and what it offers. */
  readonly greeting: readonly string[];
  readonly notes: string;
  /** Resolves once Codeloom has said that its tools changed. */
  readonly toolsChanged: Promise<void>;
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<CallToolResult>;
  /** Calls a tool that runs a program. */
  outcome(tool: string, args: Readonly<Record<string, unknown>>): Promise<Outcome>;
  /** Resolves with true where the process of Codeloom has ended. */
  close(): Promise<boolean>;
}

export async function openSession({ configFile, notes }: Scratch): Promise<Session> {
  if (!existsSync(BIN)) throw new Error('There is no dist/bin.js; run npm ci, or npm run build.');
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, 'serve', '--config', configFile, '--log-level', 'warn'],
    stderr: 'inherit',
  });
  const client = new Client({ name: 'codeloom-demo', version: '1.0.0' });
  const changed = Promise.withResolvers<void>();
  client.setNotificationHandler('notifications/tools/list_changed', () => changed.resolve());
  await client.connect(transport);
  const { pid } = transport;
  const call = (name: string, args: Readonly<Record<string, unknown>>) => client.callTool({ name, arguments: args });
  return {
    client,
    greeting: await greetingOf(client),
    notes,
    toolsChanged: changed.promise,
    call,
    outcome: async (tool, args) => (await call(tool, args)).structuredContent as Outcome,
    close: async () => {
      await client.close();
      return pid === null || !isAlive(pid);
    },
  };
}

async function greetingOf(client: Client): Promise<readonly string[]> {
  const { name = '', version = '' } = client.getServerVersion() ?? {};
  const { tools } = await client.listTools();
  return [
    `${name} ${version} answers, in revision ${client.getNegotiatedProtocolVersion()} of MCP.`,
    `Its tools: ${tools.map((tool) => tool.name).join(', ')}`,
  ];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
