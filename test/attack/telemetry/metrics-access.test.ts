import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuer, type TestIssuer } from '../../fixtures/issuer/issuer.ts';
import { type LiveServer, startServer } from '../server/live-server.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
}

function ask(port: number, headers: Readonly<Record<string, string>>, path = '/metrics'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers, setHost: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject).end();
  });
}

describe('/metrics of a server on loopback', () => {
  let server: LiveServer;
  beforeAll(async () => {
    server = await startServer({ settings: { registry: 'none' } });
  });
  afterAll(() => server.end());

  it.each([
    ['a name that was pointed here', { Host: 'evil.example' }],
    ['a name with our port', { Host: 'evil.example:8788' }],
    ['a name that begins like an address', { Host: '127.0.0.1.evil.example' }],
    ['no Host that could be one', { Host: '127.0.0.1@evil.example' }],
    ['an encoded address', { Host: '2130706433' }],
    ['an Origin of elsewhere', { Host: '127.0.0.1', Origin: 'https://evil.example' }],
    ['an opaque Origin', { Host: '127.0.0.1', Origin: 'null' }],
  ])('refuses %s, and says nothing', async (_what, headers) => {
    const { status, text } = await ask(server.port, headers);
    // 400 where the address cannot even be read.
    expect([400, 403]).toContain(status);
    expect(text).not.toContain('codeloom_');
  });

  it.each([['127.0.0.1'], ['127.0.0.1:8788'], ['localhost'], ['[::1]:1'], ['10.1.2.3:8788'], ['[fd00::7]']])(
    'answers a scraper that asks by %s',
    async (host) => {
      const { status, text } = await ask(server.port, { Host: host });
      expect([status, text.includes('codeloom_ready 1')]).toEqual([200, true]);
    },
  );

  it('is no path of the MCP endpoint', async () => {
    await expect(startServer({ settings: { path: '/metrics' } })).rejects.toThrow('/metrics');
  });
});

describe('/metrics where management needs the admin token', () => {
  const TOKEN = 'a-very-long-admin-token';
  let server: LiveServer;
  beforeAll(async () => {
    server = await startServer({ settings: { registry: 'none' }, env: { CODELOOM_ADMIN_TOKEN: TOKEN } });
  });
  afterAll(() => server.end());

  it('is for this machine without it, for a proxy on this machine only with it', async () => {
    const { port } = server;
    const Host = '127.0.0.1';
    const proxied = { Host, 'X-Forwarded-For': '203.0.113.9' };
    const answers = await Promise.all([
      ask(port, { Host }),
      ask(port, proxied),
      ask(port, { Host, Forwarded: 'for=203.0.113.9' }),
      ask(port, { ...proxied, 'X-Codeloom-Admin-Token': 'a-very-long-other-token' }),
      ask(port, { ...proxied, 'X-Codeloom-Admin-Token': TOKEN }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 403, 200]);
    expect(answers.map(({ text }) => text.includes('codeloom_'))).toEqual([true, false, false, false, true]);
  });
});

describe('/metrics where tokens are asked for', () => {
  let issuer: TestIssuer;
  let server: LiveServer;
  beforeAll(async () => {
    issuer = await startIssuer();
    server = await startServer({ settings: { ...issuer.settings, registry: 'none' } });
  });
  afterAll(async () => {
    await server.end();
    await issuer.close();
  });

  it.each([
    ['with the scope of administration', 'codeloom.admin', 200],
    ['without it', 'codeloom.execute codeloom.manage', 403],
    ['with nothing of ours', 'openid', 403],
  ])('is answered by a token %s accordingly', async (_what, scope, expected) => {
    const Authorization = `Bearer ${await issuer.sign({ scope, sub: 'ann' })}`;
    const { status, text } = await ask(server.port, { Host: '127.0.0.1', Via: '1.1 proxy', Authorization });
    expect([status, text.includes('codeloom_ready')]).toEqual([expected, expected === 200]);
  });

  it('refuses whoever is not on this machine and has no token, or a forged one', async () => {
    const from = { Host: '127.0.0.1', 'X-Real-IP': '203.0.113.9' };
    const answers = await Promise.all([
      ask(server.port, from),
      ask(server.port, { ...from, Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }),
    ]);
    expect(answers.map(({ status, text }) => [status, text.includes('codeloom_')])).toEqual([
      [401, false],
      [401, false],
    ]);
  });

  it('answers a scraper on this machine, which has none', async () => {
    expect((await ask(server.port, { Host: '127.0.0.1' })).status).toBe(200);
  });
});
