import { OAuthError } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { SCOPES } from '../../../../../src/base/gate/caller.ts';
import { callerOf } from '../../../../../src/server/call/carry-caller.ts';
import { createTokenVerifier } from '../../../../../src/server/http/access/token-verifier.ts';

const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'https://codeloom.example.com/mcp';
const { privateKey, publicKey } = await generateKeyPair('ES256');

const verifier = (more: object = {}) =>
  createTokenVerifier(
    {
      issuer: ISSUER,
      audience: [AUDIENCE],
      algorithms: ['ES256'],
      clockToleranceS: 30,
      subjectClaim: 'sub',
      scopeClaim: 'scope',
      ...more,
    },
    async () => publicKey,
  );

function sign(claims: Readonly<Record<string, unknown>>): Promise<string> {
  const usual = { iss: ISSUER, aud: AUDIENCE, sub: 'ann', exp: Math.floor(Date.now() / 1_000) + 900 };
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
}

describe('a token that is checked', () => {
  it('says who asks, as its issuer has it, and carries itself no further', async () => {
    const { verifyAccessToken } = await verifier();
    const info = await verifyAccessToken(await sign({ sub: 'auth0|5f7c Ä', scope: 'codeloom.execute openid' }));
    expect(info).toEqual({
      token: '',
      clientId: 'auth0|5f7c Ä',
      scopes: ['codeloom.execute', 'openid'],
      expiresAt: expect.any(Number),
    });
    expect(callerOf(info)).toEqual({ subject: 'auth0|5f7c Ä', scopes: new Set(['codeloom.execute']) });
  });

  it('names its subject and its scopes by the claims that the settings name', async () => {
    const { verifyAccessToken } = await verifier({ subjectClaim: 'https://acme/user', scopeClaim: 'permissions' });
    const info = await verifyAccessToken(
      await sign({ 'https://acme/user': 'bob', permissions: ['codeloom.manage'], scope: 'codeloom.admin', scp: 'x' }),
    );
    expect([info.clientId, info.scopes]).toEqual(['bob', ['codeloom.manage']]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('has no claim %s that it was not given', async (name) => {
    const { verifyAccessToken } = await verifier({ subjectClaim: name });
    await expect(verifyAccessToken(await sign({}))).rejects.toThrow(OAuthError);
    const { verifyAccessToken: withScopes } = await verifier({ scopeClaim: name });
    expect((await withScopes(await sign({}))).scopes).toEqual([]);
  });

  it('is of the subject that its claim has to the letter, or refused', async () => {
    const { verifyAccessToken } = await verifier();
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ maxLength: 20 }),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (sub) => {
        const token = await sign({ sub });
        const found = await verifyAccessToken(token).catch((thrown: unknown) => thrown);
        if (found instanceof OAuthError) expect(found.message).toContain('"sub"');
        else expect(found).toMatchObject({ clientId: sub });
      }),
      { numRuns: 200 },
    );
  });

  it('gives scopes of ours and no others, whatever its claims are', async () => {
    const { verifyAccessToken } = await verifier();
    const words = fc.constantFrom(...SCOPES, 'openid', 'codeloom', ' ', '');
    const claim = fc.oneof(
      words,
      fc.array(words),
      fc.array(words).map((each) => each.join(' ')),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(claim, claim, async (scope, scp) => {
        const { scopes } = callerOf(await verifyAccessToken(await sign({ scope, scp })));
        const given = JSON.stringify([scope, scp]);
        for (const each of scopes) expect(given).toContain(each);
        expect([...scopes].every((each) => SCOPES.includes(each))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['an issuer with a slash more', { iss: `${ISSUER}/` }, '"iss" of the token is not the issuer'],
    ['another audience', { aud: 'https://other.example' }, '"aud" of the token names none of the audiences'],
    ['no audience', { aud: undefined }, 'has no claim "aud"'],
    ['no end', { exp: undefined }, 'has no claim "exp"'],
    ['a later beginning', { nbf: Math.floor(Date.now() / 1_000) + 900 }, 'not valid yet'],
    ['an end that is no number', { exp: 'never' }, 'claim "exp" of the token is not as this server needs it'],
  ])('is told what is wrong with it: %s', async (_what, claims, message) => {
    const { verifyAccessToken } = await verifier();
    await expect(verifyAccessToken(await sign(claims))).rejects.toThrow(message);
  });

  it('is refused, and nothing else, whatever text it is', async () => {
    const { verifyAccessToken } = await verifier();
    const [head = '', body = '', end = ''] = (await sign({})).split('.');
    const part = fc.oneof(fc.constantFrom(head, body, end, ''), fc.base64String(), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        fc.pre(parts.join('.') !== [head, body, end].join('.'));
        await expect(verifyAccessToken(parts.join('.'))).rejects.toThrow(OAuthError);
      }),
      { numRuns: 300 },
    );
  });
});
