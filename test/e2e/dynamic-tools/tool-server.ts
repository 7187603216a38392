/**
 * Codeloom as an operator starts it, with a registry file of its own and one real MCP server, and clients of an operator
 * and of agents. Everything is taken down when the test ends.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createScratch } from '../../../scripts/demo/scratch.ts';
import { connectCommand, connectHttp, type Era, type TestClient } from '../../unit/server/clients.ts';
import { BIN, startHttp } from '../served.ts';

export interface ToolServers {
  readonly file: string;
  isThere(): boolean;
  /** A process of its own for this client. */
  overStdio(era: Era, ...more: string[]): Promise<TestClient>;
  /** A process that any number of clients connect to. */
  overHttp(...more: string[]): Promise<{ connect(era: Era): Promise<TestClient>; end(): Promise<void> }>;
}

export function toolServers(name = 'registry.db'): ToolServers {
  const scratch = createScratch({ everything: 'everything' });
  const file = join(scratch.folder, name);
  const ends: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const end of ends.toReversed()) await end();
    scratch.remove();
  });
  const args = ['serve', '--config', scratch.configFile, '--engine', 'node', '--registry-file', file];
  return {
    file,
    isThere: () => existsSync(file),
    async overStdio(era, ...more) {
      const command = { command: process.execPath, args: [BIN, ...args, '--log-level', 'silent', ...more] };
      const client = await connectCommand({ ...command, stderr: 'ignore' }, era);
      ends.push(() => client.close());
      return client;
    },
    async overHttp(...more) {
      const server = await startHttp([BIN, ...args, '--transport', 'http', '--port', '0', ...more]);
      ends.push(() => server.end());
      return {
        end: () => server.end(),
        async connect(era) {
          const client = await connectHttp(server.url, era);
          ends.push(() => client.close());
          return client;
        },
      };
    },
  };
}

/** Adds with the help of a real server. */
export const PLUS = {
  name: 'plus',
  description: 'Adds one to a number.',
  code: 'const n: number = args.n;\nreturn await mcp.everything.get_sum({ a: n, b: 1 });',
  servers: ['everything'],
  inputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'], additionalProperties: false },
} as const;

export async function namesOf(client: TestClient): Promise<readonly string[]> {
  return (await client.list()).map(({ name }) => name);
}

/** Resolves when the client sees what is wanted, looking again at every change that it is told of. */
export async function untilListed(client: TestClient, isWanted: (names: readonly string[]) => boolean): Promise<void> {
  while (!isWanted(await namesOf(client))) await client.nextChange();
}
