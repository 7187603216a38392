import { discoverOAuthProtectedResourceMetadata } from '@modelcontextprotocol/client';
import { discoverOAuthProtectedResourceMetadata as discoverV1 } from '@modelcontextprotocol/sdk/client/auth.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveServer, startServer } from '../../attack/server/live-server.ts';
import { startIssuer, type TestIssuer } from '../../fixtures/issuer/issuer.ts';
import { connectHttp, ERAS } from '../../unit/server/clients.ts';

let issuer: TestIssuer;
let server: LiveServer;
beforeAll(async () => {
  issuer = await startIssuer();
  server = await startServer({ settings: { ...issuer.settings, registry: 'none' } });
});
afterAll(async () => {
  expect(await server.end()).toEqual([]);
  await issuer.close();
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
});
