import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseConfigFile } from '../../src/config/config-file.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const JSON_BLOCKS = [...README.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
const CLIENT_CONFIGS = JSON_BLOCKS.filter((text) => text.includes('/path/to/codeloom'));
const OWN_CONFIGS = JSON_BLOCKS.filter((text) => !text.includes('/path/to/codeloom'));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codeloom-readme-'));
  writeFileSync(join(folder, 'mcp.json'), '{ "mcpServers": {} }');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
}

/** The text with the places that a reader fills in filled in. */
function filledIn(text: string): string {
  return text.replaceAll('/path/to/codeloom/', ROOT).replaceAll('/path/to/mcp.json', join(folder, 'mcp.json'));
}

/** The one entry of a client's config file. */
function entryOf(text: string): Entry {
  const { mcpServers, servers } = JSON.parse(filledIn(text)) as Record<string, Record<string, Entry> | undefined>;
  const entry = (mcpServers ?? servers)?.codeloom;
  if (entry === undefined) throw new Error(`No server named codeloom: ${text}`);
  return entry;
}

describe('README.md', () => {
  it.each(CLIENT_CONFIGS)('has a client configuration that starts a server which answers: %#', async (text) => {
    const { command, args } = entryOf(text);
    // As a client that was started from a desktop would: its own folder, and hardly an environment.
    const env = { PATH: '/usr/bin:/bin', HOME: folder };
    const client = new Client({ name: 'test', version: '1' });
    onTestFinished(() => client.close());
    await client.connect(new StdioClientTransport({ command, args: [...args], env, cwd: folder, stderr: 'ignore' }));
    const result = await client.callTool({ name: 'run_js', arguments: { code: 'return 1 + 1;' } });
    expect(result.structuredContent).toMatchObject({ kind: 'completed', result: 2 });
  });

  it('has one for each of the four clients, all of them the same', () => {
    expect(CLIENT_CONFIGS).toHaveLength(4);
    const [first, ...others] = CLIENT_CONFIGS.map(entryOf).map(({ command, args }) => [command, ...args].join(' '));
    for (const other of others) expect(other).toBe(first);
    expect(filledIn(README)).toContain(`claude mcp add --scope user codeloom -- ${first}\n`);
  });

  it('has configurations of Codeloom that are valid', () => {
    expect(OWN_CONFIGS).toHaveLength(2);
    for (const text of OWN_CONFIGS) {
      const mistakes: string[] = [];
      parseConfigFile(text, 'mcp.json', { HOME: '/h', TRACKER_TOKEN: 't' }, mistakes, []);
      expect(mistakes).toEqual([]);
    }
  });
});
