import { describe, expect, it } from 'vitest';
import { installWebGlobals } from '../../../../sandbox-runtime/web/install.ts';

interface Installed {
  crypto: Pick<typeof globalThis.crypto, 'getRandomValues' | 'randomUUID'>;
  URL: typeof URL;
}

function install(target: object = {}): Installed {
  let next = 0;
  installWebGlobals(target, { randomBytes: (count) => Uint8Array.from({ length: count }, () => next++ % 256) });
  return target as Installed;
}

describe('installWebGlobals', () => {
  it('defines each global as browsers do, under its own name', () => {
    const target = install();
    const names = [
      'AbortController',
      'AbortSignal',
      'DOMException',
      'Event',
      'EventTarget',
      'TextDecoder',
      'TextEncoder',
      'URL',
      'URLSearchParams',
      'atob',
      'btoa',
      'crypto',
      'structuredClone',
    ];
    expect(Reflect.ownKeys(target).sort()).toEqual(names.sort());
    for (const name of names) {
      expect(Reflect.getOwnPropertyDescriptor(target, name)).toMatchObject({ enumerable: false, configurable: true });
      const value: unknown = Reflect.get(target, name);
      expect(Reflect.get(target, name)).toBe(value);
      if (typeof value === 'function') expect(value.name).toBe(name);
    }
  });

  it('lets a program put its own in their place, before and after it has used them', () => {
    const target = install();
    for (const name of ['URL', 'crypto'] as const) {
      expect(Reflect.set(target, name, 'mine')).toBe(true);
      expect(Reflect.getOwnPropertyDescriptor(target, name)).toMatchObject({
        value: 'mine',
        writable: true,
        enumerable: false,
      });
    }
    const other = install();
    expect(new other.URL('http://a').href).toBe('http://a/');
    expect([Reflect.set(other, 'URL', 'mine'), other.URL]).toEqual([true, 'mine']);
    expect([Reflect.deleteProperty(other, 'crypto'), 'crypto' in other]).toEqual([true, false]);
  });

  it('keeps what the realm has already', () => {
    const mine = { URL: 'mine' };
    expect(install(mine).URL).toBe('mine');
  });

  it('makes version 4 UUIDs of the host’s randomness', () => {
    const { crypto } = install();
    expect([crypto.randomUUID(), crypto.randomUUID()]).toEqual([
      '00010203-0405-4607-8809-0a0b0c0d0e0f',
      '10111213-1415-4617-9819-1a1b1c1d1e1f',
    ]);
  });

  it('fills arrays of integers, the part that a view shows, and no more than Node would', () => {
    const { crypto } = install();
    const bytes = new Uint8Array(6);
    const part = bytes.subarray(2, 4);
    expect([crypto.getRandomValues(part) === part, [...bytes]]).toEqual([true, [0, 0, 0, 1, 0, 0]]);
    expect(crypto.getRandomValues(new BigUint64Array(1))[0]).toBeGreaterThan(0n);
    expect(() => crypto.getRandomValues(new Float64Array(1) as never)).toThrow(
      expect.objectContaining({ name: 'TypeMismatchError' }),
    );
    expect(() => crypto.getRandomValues({} as never)).toThrow(expect.objectContaining({ name: 'TypeMismatchError' }));
    expect(() => crypto.getRandomValues(new Uint8Array(65_537))).toThrow(
      expect.objectContaining({ name: 'QuotaExceededError' }),
    );
  });
});
