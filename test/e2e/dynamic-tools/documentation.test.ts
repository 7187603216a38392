import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Era } from '../../unit/server/clients.ts';
import { toolServers } from './tool-server.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/dynamic-tools.md', import.meta.url), 'utf8');
const CALL = /^```json call (\S+)\n([\s\S]*?)^```\n(?:\n*```json answer\n([\s\S]*?)^```$)?/gm;
const CALLS = [...DOCUMENT.matchAll(CALL)].map(([, tool = '', args = '', answer]) => ({
  tool,
  args: JSON.parse(args) as object,
  answer: answer === undefined ? {} : (JSON.parse(answer) as object),
}));

describe('docs/dynamic-tools.md', { timeout: 120_000 }, () => {
  it.each<Era>(['2026', 'v1'])('comes out as it says for a client of %s', async (era) => {
    const client = await toolServers().overStdio(era);
    for (const { tool, args, answer } of CALLS) {
      const { structured, isError } = await client.call(tool, args);
      expect(structured, tool).toMatchObject(answer);
      expect(isError, tool).toBe('error' in answer);
    }
  });

  it('has examples, and names every tool there is', async () => {
    expect(CALLS.length).toBeGreaterThan(10);
    const tools = await (await toolServers().overStdio('2026')).list();
    for (const { name } of tools) if (name.startsWith('dynamic.')) expect(DOCUMENT).toContain(`| \`${name} {`);
  });
});
