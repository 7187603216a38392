import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../../src/base/fault.ts';
import { loadSettings } from '../../../../src/config/load-settings.ts';

const JWT = {
  '--transport': 'http',
  '--auth': 'jwt',
  '--auth-issuer': 'https://login.example.com',
  '--auth-audience': 'https://codeloom.example.com/mcp',
};

async function load(flags: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const given = new Map(Object.entries(flags).map(([flag, text]) => [flag, [text]]));
  return (await loadSettings({ flags: given, env, platform: 'linux', homeDir: '/nowhere' })).settings;
}

async function mistakesOf(flags: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  return load(flags, env).then(
    () => [],
    (fault: Fault) => fault.message.split('\n'),
  );
}

describe('the settings of access', () => {
  it('are open on loopback where nothing is said', async () => {
    expect((await load({})).access).toEqual({
      auth: 'none',
      audience: [],
      algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'],
      clockToleranceS: 30,
      subjectClaim: 'sub',
      scopeClaim: 'scope',
    });
  });

  it('let a server that asks for tokens serve beyond loopback', async () => {
    const settings = await load({ ...JWT, '--host': '0.0.0.0', '--public-url': 'https://Tools.example.com/mcp' });
    expect([settings.host, settings.allowedHosts]).toEqual(['0.0.0.0', ['tools.example.com']]);
  });

  it.each([
    ['tokens over stdio', { ...JWT, '--transport': 'stdio' }, 'is for the HTTP transport'],
    ['no issuer', { ...JWT, '--auth-issuer': undefined }, 'set --auth-issuer'],
    ['no audience', { ...JWT, '--auth-audience': undefined }, 'set --auth-audience'],
    ['an issuer that anybody can be', { ...JWT, '--auth-issuer': 'http://login.example.com' }, 'must be https'],
    ['keys that anybody can send', { ...JWT, '--auth-jwks-url': 'http://10.0.0.1/keys' }, 'must be https'],
    ['loopback as part of a name', { ...JWT, '--auth-issuer': 'http://localhost.evil.example' }, 'must be https'],
    ['an issuer and no auth', { ...JWT, '--auth': undefined }, 'no token would be asked for'],
    ['an audience and no auth', { '--auth-audience': 'x' }, 'no token would be asked for'],
    ['both kinds of token', { ...JWT, '--admin-token': 'correct-horse-battery' }, 'is for --auth none'],
    ['another kind of auth', { ...JWT, '--auth': 'basic' }, 'must be "none" or "jwt"'],
    ['an issuer that is no address', { ...JWT, '--auth-issuer': 'login' }, 'must be a URL like'],
    ['a password in an address', { ...JWT, '--auth-issuer': 'https://a:b@login.example.com' }, 'without user'],
    ['a query in an address', { ...JWT, '--auth-issuer': 'https://login.example.com/?a' }, 'without user, query'],
    ['a file as an address', { ...JWT, '--auth-jwks-url': 'file:///etc/passwd' }, 'must be a URL like'],
    ['an algorithm with a shared secret', { ...JWT, '--auth-algorithms': 'RS256,HS256' }, 'with a public key'],
    ['no signature', { ...JWT, '--auth-algorithms': 'none' }, 'with a public key'],
    ['no algorithm', { ...JWT, '--auth-algorithms': ',' }, 'must name at least one'],
    ['a tolerance of an hour', { ...JWT, '--auth-clock-tolerance-seconds': '3600' }, 'from 0 to 300'],
    ['a claim with a space', { ...JWT, '--auth-subject-claim': 'the subject' }, 'must be the name of a claim'],
    ['an endpoint where the metadata is', { '--path': '/.well-known/oauth-protected-resource' }, 'well-known'],
  ] as [string, Record<string, string | undefined>, string][])('tell of %s', async (_what, flags, sentence) => {
    const given = Object.entries(flags).flatMap(([flag, text]) => (text === undefined ? [] : [[flag, text] as const]));
    expect(await mistakesOf(Object.fromEntries(given))).toEqual([expect.stringContaining(sentence)]);
  });

  it('let an issuer on loopback be http, for trying out', async () => {
    for (const host of ['localhost:9', '127.0.0.1:9', '[::1]:9']) {
      expect((await load({ ...JWT, '--auth-issuer': `http://${host}` })).access.issuer).toBe(`http://${host}`);
    }
  });

  it('never repeat an admin token, and refuse one that can be guessed', async () => {
    const [mistake] = await mistakesOf({ '--transport': 'http' }, { CODELOOM_ADMIN_TOKEN: 'hunter2' });
    expect(mistake).toMatch(/^CODELOOM_ADMIN_TOKEN must have 16 to 512/);
    expect(mistake).not.toContain('hunter2');
  });
});
