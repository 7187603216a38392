import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportSPKI, importJWK, type JWK } from 'jose';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Claims, TestIssuer } from '../../fixtures/issuer/issuer.ts';
import { type Guarded, startGuarded } from '../../unit/server/http/access/guarded.ts';
import { initializeBody } from '../../unit/server/serving.ts';
import { exchange, rawPost } from '../server/raw-client.ts';

const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ownKey = (await importJWK(own.privateKey.export({ format: 'jwk' }) as JWK, 'RS256')) as CryptoKey;
const ownPublic = own.publicKey.export({ format: 'jwk' }) as JWK;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowS = () => Math.floor(Date.now() / 1_000);
const claimsOf = async (issuer: TestIssuer, more: Claims = {}): Promise<Claims> => {
  const [, payload = ''] = (await issuer.sign(more)).split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
};
const unsigned = (alg: string) => async (issuer: TestIssuer) =>
  `${part({ alg, kid: 'key-1' })}.${part(await claimsOf(issuer))}.`;
const spoiled = (spoil: (parts: [string, string, string]) => readonly string[]) => async (issuer: TestIssuer) =>
  spoil((await issuer.sign()).split('.') as [string, string, string]).join('.');
/** What only whoever has a secret should be able to make, made of what everybody has. */
const withSecret = (secretOf: (key: JWK) => Promise<string> | string) => async (issuer: TestIssuer) =>
  issuer.sign({}, { header: { alg: 'HS256' }, key: Buffer.from(await secretOf(await issuer.publicKey())) });
const pem = async (key: JWK) => exportSPKI((await importJWK(key, 'RS256')) as CryptoKey);

type Forge = (issuer: TestIssuer) => Promise<string>;
const claims =
  (wrong: Claims): Forge =>
  (issuer) =>
    issuer.sign(wrong);
const header =
  (wrong: Readonly<Record<string, unknown>>, key = ownKey): Forge =>
  (issuer) =>
    issuer.sign({}, { header: wrong, key });

const FORGED: readonly (readonly [what: string, forge: Forge])[] = [
  ['with alg none', unsigned('none')],
  ['with alg NonE', unsigned('NonE')],
  ['with an empty alg', unsigned('')],
  ['with a signature that was cut off', spoiled(([head, body]) => [head, body, ''])],
  ['with half of its signature', spoiled(([head, body, end]) => [head, body, end.slice(0, end.length / 2)])],
  ['with the body of another', spoiled(([head, , end]) => [head, part({ sub: 'root', exp: 9e9 }), end])],
  ['of two parts', spoiled(([head, body]) => [head, body])],
  ['of five parts, as if it were encrypted', spoiled(([head, body, end]) => [head, body, end, end, end])],
  ['HS256 with the public key as its secret, as PEM', withSecret(pem)],
  ['HS256 with the public key as its secret, as PEM with a line end', withSecret(async (key) => `${await pem(key)}\n`)],
  ['HS256 with the public key as its secret, as JSON', withSecret((key) => JSON.stringify(key))],
  ['HS256 with the modulus as its secret', withSecret(({ n = '' }) => n)],
  ['of another key under the issuer’s name for its own', header({ kid: 'key-1' })],
  ['of another key without a name', header({ kid: undefined })],
  ['of another key that it brings itself', header({ jwk: ownPublic })],
  ['of another key by the name of what every object has', header({ kid: '__proto__' })],
  ['of another key by a path', header({ kid: '../../../../dev/null' })],
  ['in an algorithm that is not accepted', (issuer) => issuer.sign({}, { header: { alg: 'RS512' } })],
  [
    'with an extension that must be understood',
    async (issuer) => {
      const rest = (await issuer.sign()).split('.').slice(1);
      return [part({ alg: 'RS256', kid: 'key-1', crit: ['b64'], b64: false }), ...rest].join('.');
    },
  ],
  ['of another issuer', claims({ iss: 'https://evil.example' })],
  ['of an issuer that only begins like it', async (issuer) => issuer.sign({ iss: `${issuer.url}.evil.example` })],
  ['of no issuer', claims({ iss: undefined })],
  ['for another audience', claims({ aud: 'https://other.test/mcp' })],
  ['for no audience', claims({ aud: undefined })],
  ['for an audience that is no text', claims({ aud: { 0: 'https://codeloom.test/mcp' } })],
  ['that expired beyond the tolerance', claims({ exp: nowS() - 3_600 })],
  ['that never expires', claims({ exp: undefined })],
  ['that expires at a text', claims({ exp: '9999999999' })],
  ['that is not valid yet', claims({ nbf: nowS() + 3_600 })],
  ['of nobody', claims({ sub: undefined })],
  ['of an empty subject', claims({ sub: '' })],
  ['of a subject that is a number', claims({ sub: 7 })],
  ['of a subject that is a list', claims({ sub: ['ann'] })],
  ['of a subject with a line end', claims({ sub: 'ann\nroot' })],
  ['of a subject that looks like another', claims({ sub: 'ann\u200b' })],
  ['of a subject that writes backwards', claims({ sub: '\u202eann' })],
  ['of a subject with a space around', claims({ sub: ' ann' })],
  ['of a subject of 256 characters', claims({ sub: 'a'.repeat(256) })],
  ['that is text', async () => 'let-me-in'],
  ['that is dots', async () => '..'],
  ['of nine thousand characters', async () => 'a'.repeat(9_000)],
];

let guarded: Guarded | undefined;
/** Whatever was tried: nobody is told any of the token, and nothing but the issuer's documents was asked for. */
afterEach(() => {
  expect(guarded?.parts.executed ?? []).toEqual([]);
  expect(guarded?.issuer.asked.filter((path) => !/^\/keys$|^\/\.well-known\//.test(path)) ?? []).toEqual([]);
  guarded = undefined;
});

describe('168: a token', () => {
  it.each(FORGED)('168: %s lets nobody in, and is repeated nowhere', async (_what, forge) => {
    guarded = await startGuarded();
    const { issuer, parts, show, denials } = guarded;
    const token = await forge(issuer);
    const answer = await show(token);
    const told = `${await answer.text()} ${[...answer.headers].join()} ${parts.logLines.join()} ${JSON.stringify(parts.told)}`;
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer error="invalid_token".*resource_metadata="http/),
    ]);
    for (const each of token.split('.').filter((text) => text.length > 20)) expect(told).not.toContain(each);
    expect(told).not.toContain('root');
    expect(denials()).toEqual([['unknown', 'access']]);
    // What was wrong with one is nobody else's trouble.
    expect((await show(await issuer.sign())).status).toBe(200);
  });

  it('168: that names an address of keys has nothing fetched from there', async () => {
    const fetched: string[] = [];
    const evil = createServer(({ url = '' }, response) => {
      fetched.push(url);
      response.end(JSON.stringify({ keys: [{ ...ownPublic, kid: 'evil' }] }));
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void evil.close());
    const address = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
    guarded = await startGuarded();
    for (const [name, value] of [
      ['jku', `${address}/keys`],
      ['x5u', `${address}/chain`],
      ['kid', `${address}/kid`],
    ] as const) {
      const token = await guarded.issuer.sign({}, { header: { [name]: value }, key: ownKey });
      expect((await guarded.show(token)).status).toBe(401);
    }
    // Nor is the issuer of its claims asked, whoever that is.
    const foreign = await guarded.issuer.sign({ iss: address }, { key: ownKey });
    expect([(await guarded.show(foreign)).status, fetched]).toEqual([401, []]);
  });

  it.each([
    ['in the query', (token: string) => [{}, `?access_token=${token}`]],
    ['by Basic', (token: string) => [{ Authorization: `Basic ${btoa(`ann:${token}`)}` }, '']],
    ['without a scheme', (token: string) => [{ Authorization: token }, '']],
    ['in a header of another name', (token: string) => [{ 'X-Authorization': `Bearer ${token}` }, '']],
    ['in a cookie', (token: string) => [{ Cookie: `access_token=${token}` }, '']],
    ['behind another', (token: string) => [{ Authorization: `Bearer let-me-in, Bearer ${token}` }, '']],
    ['before another', (token: string) => [{ Authorization: `Bearer ${token}, Bearer let-me-in` }, '']],
    ['with more behind it', (token: string) => [{ Authorization: `Bearer ${token} more` }, '']],
    ['as the admin token', (token: string) => [{ 'X-Codeloom-Admin-Token': token }, '']],
  ] as [string, (token: string) => [Record<string, string>, string]][])(
    '168: that is good, but %s, lets nobody in',
    async (_where, place) => {
      guarded = await startGuarded();
      const [headers, query] = place(await guarded.issuer.sign());
      expect((await guarded.knock(headers, query)).status).toBe(401);
    },
  );

  it('168: that is good lets nobody in as one of two headers, in either order', async () => {
    guarded = await startGuarded();
    const { url, issuer } = guarded;
    const good = `Authorization: Bearer ${await issuer.sign()}`;
    const bad = `Authorization: Bearer ${await issuer.sign({ sub: 'bob' }, { key: ownKey })}`;
    for (const pair of [
      [good, bad],
      [bad, good],
      [good, good],
    ]) {
      const target = { url, port: Number(new URL(url).port) };
      const answer = await exchange(target, rawPost(initializeBody(), ['Host: localhost', ...pair]));
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    }
  });

  it('168: is asked for before anything of a body is read', async () => {
    guarded = await startGuarded();
    const answer = await guarded.fetch({ method: 'POST', body: '[[[[', headers: { 'Content-Type': 'text/plain' } });
    expect(answer.status).toBe(401);
  });

  it('168: whose scheme is in small letters is as good as any', async () => {
    guarded = await startGuarded();
    expect((await guarded.knock({ Authorization: `bearer ${await guarded.issuer.sign()}` })).status).toBe(200);
  });

  it('168: of a Host that is not ours does not even get to be looked at', async () => {
    guarded = await startGuarded();
    const { url, issuer } = guarded;
    const lines = ['Host: evil.example', `Authorization: Bearer ${await issuer.sign()}`];
    const target = { url, port: Number(new URL(url).port) };
    expect(await exchange(target, rawPost(initializeBody(), lines))).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('168: is not what the digest of one is', async () => {
    guarded = await startGuarded();
    const digest = createHash('sha256')
      .update(await guarded.issuer.sign())
      .digest('hex');
    expect((await guarded.show(digest)).status).toBe(401);
  });
});
