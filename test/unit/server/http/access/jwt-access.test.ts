import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AUDIENCE } from '../../../../fixtures/issuer/issuer.ts';
import { ERAS } from '../../clients.ts';
import { JSON_HEADERS } from '../../serving.ts';
import { startGuarded } from './guarded.ts';

/** The wall clock alone moves; timers and the monotonic clock go on as they do. */
function moveClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + byMs });
  onTestFinished(() => void vi.useRealTimers());
}

describe('a request with a token', () => {
  it('is let in where the token is good', async () => {
    const { show, issuer, denials } = await startGuarded();
    expect((await show(await issuer.sign())).status).toBe(200);
    expect(denials()).toEqual([]);
  });

  it('is checked with the keys that the metadata of its issuer leads to', async () => {
    const { show, issuer } = await startGuarded();
    expect((await show(await issuer.sign())).status).toBe(200);
    const { asked } = issuer;
    expect(asked).toEqual(['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration', '/keys']);
  });

  it('is checked with the keys of an address that the settings name', async () => {
    const elsewhere = await startGuarded();
    const { show, issuer } = await startGuarded({ jwksUrl: elsewhere.issuer.keysUrl });
    expect((await show(await issuer.sign())).status).toBe(401);
    expect((await show(await elsewhere.issuer.sign({ iss: issuer.url }))).status).toBe(200);
    expect(issuer.asked).toEqual([]);
  });

  it('is let in for any of several audiences, as the claim that names its subject', async () => {
    const { issuer, connect, parts } = await startGuarded({ audience: ['one', 'two'], subjectClaim: 'client_id' });
    const token = await issuer.sign({ aud: ['other', 'two'], client_id: 'robot-7' });
    const client = await connect('2026', 'test-client', { Authorization: `Bearer ${token}` });
    await client.call('run_js', { code: 'return 1' });
    expect(parts.executed.map(({ caller }) => caller?.subject)).toEqual(['robot-7']);
  });

  it.each([
    ['a text with spaces', { scope: 'openid codeloom.execute' }, 200],
    ['a list', { scope: ['codeloom.execute'] }, 200],
    ['a text of another name', { scope: undefined, scp: 'codeloom.execute' }, 200],
    ['a list of another name', { scope: undefined, scp: ['codeloom.execute', 7] }, 200],
    ['a scope that only begins like it', { scope: 'codeloom.execute.all' }, 403],
    ['no scope at all', { scope: undefined }, 403],
    ['something else', { scope: { 'codeloom.execute': true } }, 403],
    ['another name where there is the usual one', { scope: '', scp: 'codeloom.execute' }, 403],
  ])('has the scopes of its token: %s', async (_what, claims, status) => {
    const { issuer, url } = await startGuarded();
    const token = await issuer.sign(claims);
    const headers = { ...JSON_HEADERS, Authorization: `Bearer ${token}` };
    const opened = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bare', version: '1' } },
      }),
    });
    const session = opened.headers.get('mcp-session-id') ?? '';
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'Mcp-Session-Id': session },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 2,
        method: 'tools/call',
        params: { name: 'run_js', arguments: { code: 'return 1' } },
      }),
    });
    expect(answer.status).toBe(status);
  });

  it.each(ERAS)('runs programs as its subject, for a client of %s', async (era) => {
    const guarded = await startGuarded();
    const client = await guarded.connect(era, 'test-client', {
      Authorization: `Bearer ${await guarded.issuer.sign({ sub: 'auth0|bob' })}`,
    });
    expect((await client.call('run_js', { code: 'return 20 + 1' })).structured).toMatchObject({ result: 21 });
    expect(guarded.parts.executed.map(({ caller }) => caller?.subject)).toEqual(['auth0|bob']);
  });

  it('is let in within the tolerance of clocks, and not beyond', async () => {
    const { show, issuer } = await startGuarded({ clockToleranceS: 30 });
    const now = Math.floor(Date.now() / 1_000);
    const statuses = [];
    for (const claims of [{ exp: now - 10 }, { exp: now - 90 }, { nbf: now + 10 }, { nbf: now + 90 }]) {
      statuses.push((await show(await issuer.sign(claims))).status);
    }
    expect(statuses).toEqual([200, 401, 200, 401]);
  });

  it('is refused with where to learn how to get a better one', async () => {
    const { knock, show, issuer, url, denials } = await startGuarded();
    const none = await knock();
    const metadata = new URL('/.well-known/oauth-protected-resource/mcp', url).href;
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toBe(
      `Bearer error="invalid_token", error_description="Missing Authorization header", scope="codeloom.execute", resource_metadata="${metadata}"`,
    );
    // The first request of every client is such: it claims nothing.
    expect(denials()).toEqual([]);
    const expired = await show(await issuer.sign({ exp: 1 }));
    expect([expired.status, await expired.json()]).toEqual([
      401,
      { error: 'invalid_token', error_description: 'The token has expired.' },
    ]);
    expect(denials()).toEqual([['unknown', 'access']]);
  });

  it('has its metadata at the well-known places, for the address that clients use', async () => {
    const { fetch: ask, url, issuer } = await startGuarded();
    for (const path of ['', '/mcp']) {
      const answer = await ask({}, `/.well-known/oauth-protected-resource${path}`);
      expect(await answer.json()).toEqual({
        resource: url,
        authorization_servers: [issuer.url],
        scopes_supported: ['codeloom.execute', 'codeloom.manage', 'codeloom.admin'],
        bearer_methods_supported: ['header'],
        resource_name: 'Codeloom',
      });
    }
    const behindProxy = await startGuarded({ publicUrl: 'https://tools.example.com/loom' });
    for (const path of ['', '/mcp', '/loom']) {
      const answer = await behindProxy.fetch({}, `/.well-known/oauth-protected-resource${path}`);
      expect(await answer.json()).toMatchObject({ resource: 'https://tools.example.com/loom' });
    }
    expect((await behindProxy.knock()).headers.get('www-authenticate')).toContain(
      'resource_metadata="https://tools.example.com/.well-known/oauth-protected-resource/loom"',
    );
  });

  it('keeps livez open to everybody', async () => {
    const { fetch: ask } = await startGuarded();
    expect((await ask({}, '/livez')).status).toBe(200);
  });

  it('is checked with new keys soon after the issuer has exchanged them', async () => {
    const { show, issuer } = await startGuarded();
    const old = await issuer.sign();
    expect((await show(old)).status).toBe(200);
    await issuer.rotate();
    moveClock(31_000);
    expect((await show(await issuer.sign())).status).toBe(200);
    expect((await show(old)).status).toBe(401);
  });

  it('does not have keys looked for again and again that nobody has', async () => {
    const { show, issuer } = await startGuarded();
    expect((await show(await issuer.sign())).status).toBe(200);
    const before = issuer.asked.length;
    for (const kid of ['a', 'b', 'c']) {
      expect((await show(await issuer.sign({}, { header: { kid } }))).status).toBe(401);
    }
    expect(issuer.asked.length).toBe(before);
  });

  it('is good for its audience alone', async () => {
    const { show, issuer } = await startGuarded();
    expect((await show(await issuer.sign({ aud: [`${AUDIENCE}/more`] }))).status).toBe(401);
  });
});

describe('while the issuer is away', () => {
  it('keys that are there go on, and a key that is not is nobody’s fault', async () => {
    const { show, issuer } = await startGuarded();
    const token = await issuer.sign();
    expect((await show(token)).status).toBe(200);
    issuer.behave('fails');
    await issuer.rotate();
    moveClock(31_000);
    const unknown = await show(await issuer.sign());
    expect([unknown.status, unknown.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await show(token)).status).toBe(200);
  });

  it.each(['fails', 'is huge', 'redirects', 'lies', 'has no keys', 'is no JSON'] as const)(
    'and says so where there are no keys yet: it %s',
    async (how) => {
      const { show, issuer, fetch: ask, parts } = await startGuarded({}, (each) => each.behave(how));
      const answer = await show(await issuer.sign());
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await answer.text()).not.toContain('127.0.0.1');
      const ready = await ask({}, '/readyz');
      expect([ready.status, await ready.json()]).toEqual([
        503,
        expect.objectContaining({ ready: false, reason: 'the keys of the token issuer are not there yet' }),
      ]);
      expect(issuer.asked).not.toContain('/elsewhere');
      expect(issuer.asked).not.toContain('/evil');
      expect(parts.logLines.join()).not.toContain('a secret of the issuer');
    },
  );
});
