import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ClientCredentialsProvider,
  discoverOAuthProtectedResourceMetadata,
  StreamableHTTPClientTransport,
  Client as V2Client,
} from '@modelcontextprotocol/client';
import { discoverOAuthProtectedResourceMetadata as discoverV1 } from '@modelcontextprotocol/sdk/client/auth.js';
import { ClientCredentialsProvider as V1Provider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LiveServer, startServer } from '../../attack/server/live-server.ts';
import { startIssuer, type TestIssuer } from '../../fixtures/issuer/issuer.ts';
import { connectHttp, ERAS } from '../../unit/server/clients.ts';

const folder = mkdtempSync(join(tmpdir(), 'codeloom-access-'));
let issuer: TestIssuer;
let server: LiveServer;
beforeAll(async () => {
  issuer = await startIssuer({ givesTokens: true });
  server = await startServer({ settings: { ...issuer.settings, registryFile: join(folder, 'registry.db') } });
});
afterAll(async () => {
  expect(await server.end()).toEqual([]);
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A client that knows the address of the server and has credentials at the issuer, and nothing else. */
async function connectRobot(era: '2026' | '2025' | 'v1') {
  const credentials = { clientId: 'robot', clientSecret: 'its-own', expectedIssuer: issuer.url };
  if (era === 'v1') {
    const client = new V1Client({ name: 'robot', version: '1' });
    // It asks for the scopes that it was made with, whatever it is told.
    const authProvider = new V1Provider({ ...credentials, scope: 'codeloom.execute codeloom.manage' });
    await client.connect(new V1Transport(new URL(server.url), { authProvider }) as never);
    return client;
  }
  const versionNegotiation = { mode: era === '2026' ? ({ pin: '2026-07-28' } as const) : ('legacy' as const) };
  const client = new V2Client({ name: 'robot', version: '1' }, { versionNegotiation });
  const authProvider = new ClientCredentialsProvider(credentials);
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { authProvider }));
  return client;
}

describe('a server whose issuer hangs', () => {
  it('ends when it is told to, with nobody left', async () => {
    const silent = await startIssuer();
    silent.behave('hangs');
    const waiting = await startServer({ settings: { ...silent.settings, registry: 'none' } });
    await vi.waitFor(() => expect(silent.asked.length).toBe(1), 20_000);
    // The issuer's own end would end the wait, too: it is closed after the server is gone.
    expect(await waiting.end()).toEqual([]);
    expect(silent.asked.length).toBe(1);
    await silent.close();
  });
});

describe('a real client', () => {
  it.each(ERAS)('of %s runs a program with a token, and does not get in without one', async (era) => {
    const client = await connectHttp(server.url, era, 'agent', { Authorization: `Bearer ${await issuer.sign()}` });
    const { structured } = await client.call('run_js', { code: 'return [1, 2].map((n) => n * 21)' });
    expect(structured).toMatchObject({ kind: 'completed', result: [21, 42] });
    await client.close();
    await expect(connectHttp(server.url, era)).rejects.toThrow(/invalid_token|nauthorized|401/);
  });

  it('of either SDK finds out who makes tokens', async () => {
    for (const discover of [discoverOAuthProtectedResourceMetadata, discoverV1]) {
      expect(await discover(server.url)).toMatchObject({
        resource: server.url,
        authorization_servers: [issuer.url],
        scopes_supported: expect.arrayContaining(['codeloom.execute']),
      });
    }
  });

  it.each(ERAS)('of %s gets itself a token from what it is told, and a better one when it needs one', async (era) => {
    const before = issuer.granted.length;
    const client = await connectRobot(era);
    const call = async (name: string, args: Record<string, unknown>) =>
      (await client.callTool({ name, arguments: args })).structuredContent;
    expect(await call('run_js', { code: 'return 6 * 7' })).toMatchObject({ result: 42 });
    expect(await call('dynamic.tool.list', {})).toMatchObject({ tools: [] });
    expect(await call('run_js', { code: 'return 6 * 8' })).toMatchObject({ result: 48 });
    const better = 'codeloom.execute codeloom.manage';
    expect(issuer.granted.slice(before)).toEqual(era === 'v1' ? [better] : ['codeloom.execute', better]);
    await client.close();
  });
});
