import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactText, redactValue } from '../../../../src/audit/record/redact.ts';

const digits = (count: number) => '0123456789'.repeat(10).slice(0, count);
const letters = (count: number) => 'aBcDeFgHiJkLmNoPqRsTuVwXyZ'.repeat(10).slice(0, count);
/** Put together here, so that no scanner takes this file for a leak. */
const SECRETS: readonly (readonly [what: string, text: string, secret: string])[] = [
  ['a bearer token', 'Authorization: Bearer abc.DEF-123_x/y==', 'abc.DEF-123_x/y'],
  ['basic credentials', `basic ${'dXNlcjpwYXNzd29yZA=='}`, 'dXNlcjpwYXNzd29yZA'],
  ['a JSON web token', `see eyJ${letters(20)}.eyJ${letters(30)}.${letters(43)} there`, letters(30)],
  ['a key of an AI provider', `sk-ant-api03-${digits(20)}`, digits(20)],
  ['a key of a payment provider', `sk_${'live'}_${digits(24)}`, digits(24)],
  ['a token of a forge', `ghp_${letters(36)}`, letters(36)],
  ['a fine-grained token of a forge', `github_pat_${letters(40)}`, letters(40)],
  ['a token of another forge', `glpat-${letters(20)}`, letters(20)],
  ['a token of a chat', `xoxb-${digits(12)}-${letters(24)}`, letters(24)],
  ['a key of a cloud', `AKIA${'ABCDEFGH12345678'}`, 'ABCDEFGH12345678'],
  ['a key of another cloud', `AIza${letters(35)}`, letters(35)],
  ['a token of a registry', `npm_${letters(36)}`, letters(36)],
  ['a private key', `x -----BEGIN RSA PRIVATE KEY-----\n${letters(64)}\n-----END RSA PRIVATE KEY----- y`, letters(64)],
  ['a private key that is cut off', `-----BEGIN PRIVATE KEY-----\n${letters(64)}`, letters(64)],
  ['credentials in a URL', 'postgres://codeloom:hunter22@db:5432/x', 'hunter22'],
  ['a password behind its name', 'db_password = hunter22; x', 'hunter22'],
  ['a password in JSON', '{"dbPassword": "hunter 22", "n": 1}', 'hunter 22'],
  ['a key in a query', 'https://api.example/x?api_key=hunter22&y=1', 'hunter22'],
];

describe('a text', () => {
  it.each(SECRETS)('loses %s', (_what, text, secret) => {
    expect(text).toContain(secret);
    expect(redactText(text, 1_000)).not.toContain(secret);
    expect(redactText(text, 1_000)).toContain('[redacted]');
  });

  it.each(SECRETS)('loses %s wherever it stands', (_what, secretText, secret) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), fc.string({ maxLength: 50 }), (before, after) => {
        expect(redactText(`${before} ${secretText} ${after}`, 1_000)).not.toContain(secret);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    'get_issue',
    'npm-package-information-search',
    'sk-learn-documentation-of-models',
    'token_count',
    'https://example.com/a/b?c=d',
    'ask the bearer of news',
    'a pk-of-something-that-is-long',
    'user@example.com',
  ])('stays as it is where it holds none: %s', (text) => {
    expect(redactText(text, 1_000)).toBe(text);
  });

  it('is cut where it is long, and shows nothing of a secret that was cut in two', () => {
    const secret = `ghp_${letters(36)}`;
    for (let at = 4_060; at < 4_110; at++) {
      const shown = redactText(`${'x'.repeat(at - 1)} ${secret}`, 10_000);
      expect(shown).not.toMatch(/ghp_/);
      expect(shown.endsWith('[cut]')).toBe(true);
    }
    expect(redactText('x'.repeat(300), 256)).toBe(`${'x'.repeat(256)}[cut]`);
  });
});

describe('a value', () => {
  it.each(['password', 'API-Key', 'api_key', 'authToken', 'Authorization', 'Set-Cookie', 'clientSecret', 'privateKey'])(
    'loses what stands under %s, whatever it is',
    (key) => {
      expect(redactValue({ a: [{ [key]: { deep: 'value' }, other: 1 }] })).toEqual({
        a: [{ [key]: '[redacted]', other: 1 }],
      });
    },
  );

  it('keeps all else as it is', () => {
    const value = { owner: 'o', repo: 'r', numbers: [1, 2.5, null, true], nested: { a: { b: 'c' } } };
    expect(redactValue(value)).toEqual(value);
  });

  it('has keys of its own only, and takes __proto__ for one', () => {
    const value = JSON.parse('{"__proto__":{"x":1},"constructor":"c"}');
    const shown = redactValue(value);
    expect(JSON.stringify(shown)).toBe('{"__proto__":{"x":1},"constructor":"c"}');
  });

  it('is bounded, whatever it is', () => {
    let deep: unknown = 'end';
    for (let at = 0; at < 100_000; at++) deep = { deep };
    const wide = Array.from({ length: 100_000 }, () => 'x'.repeat(1_000));
    const many = Object.fromEntries(wide.map((_, at) => [`key${at}`, at]));
    for (const value of [deep, wide, many, { wide, deep }, 'x'.repeat(1_000_000)])
      expect(JSON.stringify(redactValue(value)).length).toBeLessThan(16_000);
  });

  it('is never thrown at by what is no JSON', () => {
    expect(redactValue({ a: undefined, b: () => 1, c: 1n, d: Symbol('s'), e: Number.NaN })).toEqual({
      ...{ a: null, b: null, c: null, d: null, e: null },
    });
  });
});
