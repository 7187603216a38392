import { describe, expect, it } from 'vitest';
import { readLockFile } from '../../../src/packages/lock-file.ts';

const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`;
type Entries = Readonly<Record<string, object>>;

function lock(entries: Entries, declared: Readonly<Record<string, string>> = { a: '1' }): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies: declared }, ...entries } });
}

function refusal(entries: Entries): string {
  try {
    readLockFile(lock(entries), 10);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return 'read';
}

const leaf = { version: '1.0.0', integrity };

describe('a lock file', () => {
  it('tells every package with the shortest way that it comes in', () => {
    const { packages } = readLockFile(
      lock(
        {
          'node_modules/a': { ...leaf, dependencies: { b: '1', c: '1' } },
          'node_modules/b': { ...leaf, peerDependencies: { c: '1' } },
          'node_modules/b/node_modules/c': { ...leaf, version: '2.0.0', dependencies: { d: '1' } },
          'node_modules/c': leaf,
          'node_modules/d': leaf,
        },
        { a: '1' },
      ),
      10,
    );
    expect(packages.map(({ path, via }) => [path, via.join(' ')])).toEqual([
      ['node_modules/a', ''],
      ['node_modules/b', 'a'],
      ['node_modules/b/node_modules/c', 'a b'],
      ['node_modules/c', 'a'],
      ['node_modules/d', 'a b c'],
    ]);
  });

  it('knows the true name of a package under an alias', () => {
    const { packages } = readLockFile(
      lock({
        'node_modules/a': { ...leaf, dependencies: { other: 'npm:@s/real@^1' } },
        'node_modules/other': { ...leaf, name: '@s/real' },
      }),
      10,
    );
    expect(packages.map(({ name }) => name)).toEqual(['a', '@s/real']);
  });

  it('leaves out what is optional alone, for that is not installed', () => {
    const entries = { 'node_modules/a': leaf, 'node_modules/o': { optional: true, resolved: 'git+ssh://x' } };
    expect(readLockFile(lock(entries), 10).packages).toHaveLength(1);
  });

  it('has a hash of its packages, not of the ranges that led to them', () => {
    const hash = (declared: string, entry: object) =>
      readLockFile(lock({ 'node_modules/a': entry }, { a: declared }), 10).hash;
    expect(hash('^1', leaf)).toBe(hash('1.x', leaf));
    expect(hash('^1', leaf)).not.toBe(hash('^1', { ...leaf, integrity: integrity.replace('AA', 'BB') }));
    expect(hash('^1', leaf)).not.toBe(hash('^1', { ...leaf, version: '1.0.1' }));
  });

  it.each<[string, Entries, RegExp]>([
    ['a URL', { 'node_modules/a': { ...leaf, resolved: 'https://x/y.tgz' } }, /"a" does not come from the registry/],
    ['a link', { 'node_modules/a': { ...leaf, link: true, resolved: '../x' } }, /"a" does not come from the registry/],
    ['a packed-in copy', { 'node_modules/a': { ...leaf, inBundle: true } }, /"a" is packed inside of another/],
    ['no hash', { 'node_modules/a': { version: '1.0.0' } }, /no SHA-2 hash of the package "a"/],
    ['a weak hash', { 'node_modules/a': { ...leaf, integrity: 'sha1-AAAA' } }, /no SHA-2 hash of the package "a"/],
    [
      'a wish for git',
      { 'node_modules/a': { ...leaf, dependencies: { b: 'github:x/y' } } },
      /"a" asks for "b" as "github:x\/y"/,
    ],
    [
      'a wish for a file in an alias',
      { 'node_modules/a': { ...leaf, dependencies: { b: 'npm:file:../x' } } },
      /asks for "b"/,
    ],
    ['a path that is none', { '../../etc': leaf }, /has no name or version of a registry/],
    ['a name that is none', { 'node_modules/__proto__': leaf }, /has no name or version of a registry/],
    ['no version', { 'node_modules/a': { integrity } }, /has no name or version of a registry/],
  ])('is refused with %s', (_what, entries, sentence) => {
    expect(refusal(entries)).toMatch(sentence);
  });

  it.each(['', '{', '[]', '{"packages":[]}', 'null'])(
    'that npm did not write is no fault of the request: %j',
    (text) => {
      expect(() => readLockFile(text, 10)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    },
  );
});
