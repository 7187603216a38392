import { describe, expect, it } from 'vitest';
import { toFault } from '../../../../src/packages/npm/npm-failure.ts';

const said = (code: string, summary = '', detail = '') => toFault(JSON.stringify({ error: { code, summary, detail } }));

describe('what npm says', () => {
  it.each<[string, string, string, RegExp]>([
    ['E404', "404 'left-pad@^9' is not in this registry.", '', /^The package "left-pad" is not in the registry/],
    [
      'ETARGET',
      'No matching version found for @a/b@>=1 <1.',
      '',
      /^The package "@a\/b" has no version that fits ">=1 <1"\.$/,
    ],
    ['ENOVERSIONS', 'No versions available for a', '', /^The package "a" has no version that fits\.$/],
    [
      'EINTEGRITY',
      'sha512-x integrity checksum failed',
      '',
      /^What the registry sent for a package of the tree is not/,
    ],
    [
      'EALLOWGIT',
      'disabled',
      'Refusing to fetch "evil@git+ssh://x"',
      /^The package "evil" does not come from the registry/,
    ],
    ['ERESOLVE', 'could not resolve', '', /what they ask of each other as peers contradicts/],
    ['E403', 'Forbidden', '', /^The registry does not let this server have a package of the tree\.$/],
  ])('is refused: %s', (code, summary, detail, sentence) => {
    expect(said(code, summary, detail)).toMatchObject({
      code: 'DEPENDENCY_REFUSED',
      message: expect.stringMatching(sentence),
    });
  });

  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ETIMEDOUT',
    'E503',
    'E429',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'ERR_SOCKET_TIMEOUT',
  ])('may be otherwise later: %s', (code) => {
    expect(said(code, 'request to https://user:secret@registry.internal/x failed')).toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      retryable: true,
      message: expect.not.stringContaining('internal'),
    });
  });

  it.each([
    '',
    'not JSON',
    '{"error":1}',
    '{"error":{"code":{"a":1}}}',
    '[]',
    `{"error":{"code":"${'x'.repeat(1_000)}"}}`,
  ])('is kept from the client where it is none of these: %j', (printed) => {
    expect(toFault(printed).message).toBe('npm could not install the dependencies.');
  });

  it('names no package that is none', () => {
    expect(said('E404', "'../../etc@1' is not in this registry.").message).toMatch(/^A package of the tree is not in/);
  });
});
