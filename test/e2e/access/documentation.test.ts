import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../attack/server/live-server.ts';
import { startIssuer } from '../../fixtures/issuer/issuer.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/access.md', import.meta.url), 'utf8');
const SETTINGS = JSON.parse(/^```json settings\n([\s\S]*?)^```/m.exec(DOCUMENT)?.[1] ?? '{}') as object;
const EXAMPLE = /^```http ask\n([\s\S]*?)^```\n\n```http answer\n([\s\S]*?)^```/gm;
/** What of the document is the reader's own, and here is on loopback. */
const ISSUER = 'https://login.example.com';
const AUDIENCE = 'https://codeloom.example.com/mcp';

/** The first line, the headers below it, and what stands behind an empty line. */
function readBlock(text: string) {
  const [head = '', ...rest] = text.split('\n\n');
  const [first = '', ...lines] = head.trim().split('\n');
  const headers = lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]);
  return { first, headers, body: rest.join('\n\n').trim() };
}

async function fill(text: string, sign: (scope: string) => Promise<string>): Promise<string> {
  const [, scope] = /TOKEN\((.*?)\)/.exec(text) ?? [];
  return scope === undefined ? text : text.replace(/TOKEN\(.*?\)/, await sign(scope));
}

describe('docs/access.md', () => {
  it('comes out as it says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codeloom-access-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const registryFile = join(folder, 'registry.db');
    const issuer = await startIssuer();
    onTestFinished(() => issuer.close());
    const server = await startServer({ settings: { ...SETTINGS, authIssuer: issuer.url, registryFile } });
    onTestFinished(async () => void (await server.end()));
    const examples = [...DOCUMENT.matchAll(EXAMPLE)];
    expect(examples.length).toBeGreaterThan(3);
    for (const [, asked = '', answered = ''] of examples) {
      const sign = (scope: string) => issuer.sign({ scope, aud: AUDIENCE });
      const request = readBlock(await fill(asked, sign));
      const [method = '', path = ''] = request.first.split(' ');
      const response = await fetch(new URL(path, server.url), {
        method,
        headers: Object.fromEntries(request.headers),
        ...(request.body === '' ? {} : { body: request.body }),
      });
      const expected = readBlock(answered.replaceAll(ISSUER, issuer.url));
      expect(response.status, asked).toBe(Number(expected.first));
      for (const [name, value] of expected.headers) {
        const given = response.headers.get(name);
        expect(given, asked).toEqual(value === '…' ? expect.any(String) : value);
      }
      const text = await response.text();
      if (expected.body !== '') expect(JSON.parse(text)).toEqual(JSON.parse(expected.body));
    }
  });

  it('speaks of every setting that has to do with tokens', () => {
    const configuration = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    const settings = [...configuration.matchAll(/`(auth\w+|publicUrl)` \| /g)].map(([, key = '']) => key);
    expect(settings.length).toBeGreaterThan(6);
    for (const key of settings) expect(DOCUMENT).toContain(key);
  });
});
