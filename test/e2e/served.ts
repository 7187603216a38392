/**
 * Codeloom as its users start it, `dist/bin.js serve` in a process of its own, with the three real MCP servers from npm
 * and one that is dead, and a client of an era connected over a transport.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createScratch } from '../../scripts/demo/scratch.ts';
import { connectCommand, connectHttp, type Era, type TestClient } from '../unit/server/clients.ts';

export const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

export const TRANSPORTS = ['stdio', 'http'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

export interface Served {
  readonly client: TestClient;
  /** What the filesystem server may read and write. */
  readonly notes: string;
  /** Ends client and server; resolves with the ids of processes that outlived them. */
  close(): Promise<readonly number[]>;
}

/** A config file with the three servers and `dead`, which says why it ends and ends. */
export function createConfig() {
  const scratch = createScratch({ everything: 'everything', files: 'filesystem', memory: 'memory' });
  const config = JSON.parse(readFileSync(scratch.configFile, 'utf8'));
  const dies = 'console.error("no licence key found"); process.exit(3)';
  config.mcpServers.dead = { command: process.execPath, args: ['-e', dies] };
  const configFile = join(scratch.folder, 'with-dead.json');
  writeFileSync(configFile, JSON.stringify(config));
  return { ...scratch, configFile };
}

export async function startServed(transport: TransportName, era: Era): Promise<Served> {
  const { configFile, folder, notes, remove } = createConfig();
  // The engine that every machine has.
  const registry = ['--registry-file', join(folder, 'registry.db')];
  const args = [BIN, 'serve', '--config', configFile, ...registry, '--engine', 'node', '--log-level', 'error'];
  const marker = configFile;
  const server =
    transport === 'http' ? await startHttp([...args.slice(0, -2), '--transport', 'http', '--port', '0']) : undefined;
  const client =
    server === undefined
      ? await connectCommand({ command: process.execPath, args, stderr: 'ignore' }, era)
      : await connectHttp(server.url, era);
  return {
    client,
    notes,
    close: async () => {
      await client.close();
      await server?.end();
      remove();
      return processesOf(marker);
    },
  };
}

/** Resolves when it says where it listens. */
export async function startHttp(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /http:\/\/127\.0\.0\.1:\d+\/\w+/.exec(line)?.[0];
    if (url === undefined) continue;
    child.stderr.resume();
    return {
      url,
      child,
      exited,
      end: async () => {
        child.kill('SIGTERM');
        await exited;
      },
    };
  }
  throw new Error('The server ended without saying where it listens.');
}

/** Processes whose command line holds the text; none where there is no /proc. */
export function processesOf(text: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}
