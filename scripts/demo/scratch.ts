/**
 * A scratch folder with a few text files, and a config file for Codeloom that names real MCP servers from npm, started
 * from node_modules so that nothing is downloaded. Used by the demo, and by the end-to-end tests of the documentation.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TEXTS = {
  'frog.txt': 'An old silent pond\nA frog jumps into the pond\nSplash! Silence again\n',
  'snow.txt': 'First snow falling\nOn the half-finished bridge\n',
  'todo.txt': 'water the plants\n',
} as const;

export interface Scratch {
  /** The whole of it; `remove` takes it away. */
  readonly folder: string;
  /** What the filesystem server may read and write. */
  readonly notes: string;
  readonly configFile: string;
  remove(): void;
}

export type RealServer = 'everything' | 'filesystem' | 'memory';

/** `servers` maps the names that programs use to servers. */
export function createScratch(servers: Readonly<Record<string, RealServer>>): Scratch {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'codeloom-scratch-'));
  const notes = join(folder, 'notes');
  mkdirSync(notes);
  for (const [name, text] of Object.entries(TEXTS)) writeFileSync(join(notes, name), text);
  const entries = Object.entries(servers).map(([name, server]) => [name, configOf(server, folder, notes)]);
  const configFile = join(folder, 'mcp.json');
  writeFileSync(configFile, JSON.stringify({ mcpServers: Object.fromEntries(entries) }, undefined, 2));
  return { folder, notes, configFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function configOf(server: RealServer, folder: string, notes: string): object {
  const script = createRequire(import.meta.url).resolve(`@modelcontextprotocol/server-${server}/dist/index.js`);
  return {
    command: process.execPath,
    args: server === 'filesystem' ? [script, notes] : [script],
    ...(server === 'memory' ? { env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') } } : {}),
  };
}
