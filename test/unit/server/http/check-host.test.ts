import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedNames, complainAboutHost } from '../../../../src/server/http/check-host.ts';

const allowed = allowedNames({ host: '127.0.0.1', allowedHosts: ['box.example.com'] });

function complain(host: string, origin?: string): string | undefined {
  return complainAboutHost(new Headers({ host, ...(origin === undefined ? {} : { origin }) }), allowed);
}

describe('the Host header', () => {
  it.each([
    'localhost',
    'LOCALHOST:1',
    '127.0.0.1:8788',
    '[::1]',
    '[::1]:80',
    'box.example.com',
    'Box.Example.com:443',
  ])('may be %s', (host) => {
    expect(complain(host)).toBeUndefined();
  });

  it.each([
    'evil.com',
    'localhost.evil.com',
    'evil-localhost',
    '127.0.0.1.nip.io',
    '127.1',
    '2130706433',
    '0.0.0.0',
    'localhost.',
    'user@localhost',
    'localhost@evil.com',
    'localhost:80:80',
    'localhost:port',
    'localhost/x',
    'localhost evil.com',
    '::1',
    '[::ffff:127.0.0.1]',
    '[::1].evil.com',
    'sub.box.example.com',
    'null',
    '',
  ])('may not be %j', (host) => {
    expect(complain(host)).toContain('Host header');
  });

  it('may not be missing', () => {
    expect(complainAboutHost(new Headers(), allowed)).toBe('The request has no Host header.');
  });

  it('may name the address that is listened on, but no wildcard', () => {
    expect(allowedNames({ host: '192.168.1.5', allowedHosts: [] })).toContain('192.168.1.5');
    expect(allowedNames({ host: 'fe80::1', allowedHosts: [] })).toContain('[fe80::1]');
    for (const host of ['0.0.0.0', '::']) expect(allowedNames({ host, allowedHosts: [] }).size).toBe(3);
  });

  it('is allowed for nothing but the exact names, whatever is put around them', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 1 }).filter((text) => /^[!-~]+$/.test(text)),
        (before, after) => {
          const host = `${before}localhost${after}`.replaceAll(/[^!-~]/g, '');
          const isPlain = /^localhost(:\d{1,5})?$/i.test(host);
          expect(complain(host) === undefined).toBe(isPlain);
        },
      ),
    );
  });
});

describe('the Origin header', () => {
  it.each([
    undefined,
    'http://localhost',
    'https://localhost:5173',
    'http://127.0.0.1:1',
    'http://[::1]:9',
    'https://box.example.com',
  ])('may be %s', (origin) => {
    expect(complain('localhost', origin)).toBeUndefined();
  });

  it.each([
    'null',
    '',
    'http://evil.com',
    'http://localhost.evil.com',
    'http://evil.com/http://localhost',
    'http://localhost@evil.com',
    'http://evil@localhost',
    'http://localhost/',
    'file://localhost',
    'chrome-extension://localhost',
    'localhost',
    'http://localhost,http://evil.com',
  ])('may not be %j', (origin) => {
    expect(complain('localhost', origin)).toContain('Origin header');
  });
});
