import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPackageName, readDependencies } from '../../../src/packages/dependencies.ts';

function refusal(given: readonly { name: string; version: string }[], maxCount = 20): string {
  try {
    readDependencies(given, maxCount);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return 'read';
}

describe('what a request declares', () => {
  it('is sorted, so that its order says nothing', () => {
    const given = [
      { name: 'b', version: ' >=1   <2 ' },
      { name: '@a/a', version: '^1' },
    ];
    expect(readDependencies(given, 2)).toEqual([
      { name: '@a/a', version: '^1' },
      { name: 'b', version: '>=1 <2' },
    ]);
  });

  it.each(['left-pad', '@scope/name', 'JSONStream', 'lodash.get', 'a', '7z', 'constructor', 'to-string', '~x', '-x'])(
    'may have the name %j',
    (name) => {
      expect(refusal([{ name, version: '1' }])).toBe('read');
    },
  );

  it.each([
    ...[
      '',
      '../../x',
      '..',
      '.',
      '.hidden',
      '_private',
      '__proto__',
      'a/b',
      '@a',
      '@/b',
      '@a/',
      '@a/b/c',
      '@a/../b',
      'a b',
      'a@1',
    ],
    ...[
      'node_modules',
      'Node_Modules',
      'favicon.ico',
      'C:\\x',
      'a\\b',
      'a\0b',
      'ä',
      'a%2fb',
      'https://x',
      'file:x',
      'x'.repeat(215),
      'a\nb',
      ' a',
    ],
  ])('may not have the name %j', (name) => {
    expect(refusal([{ name, version: '1' }])).toMatch(/^dependencies: ".*" is no name of a package/s);
  });

  it.each([
    ['latest', /^dependencies: "latest" of "a" is a tag, and a tag moves: write an exact version or a range/],
    ['npm:b@1', /only packages of the registry can be declared, not git, URLs, files or aliases/],
    ['git+ssh://git@x/y', /only packages of the registry/],
    ['file:../../etc', /only packages of the registry/],
    ['someone/something', /only packages of the registry/],
    ['1.2.3.4', /^dependencies: "1.2.3.4" of "a" is no version/],
    ['', /is no version/],
  ])('may not have the version %j', (version, sentence) => {
    expect(refusal([{ name: 'a', version }])).toMatch(sentence);
  });

  it('is refused where a name is there twice', () => {
    const twice = { name: 'a', version: '1' };
    expect(refusal([twice, twice])).toBe('dependencies: "a" is declared twice; declare it once.');
  });

  it('is refused where it is too much, before any of it is read', () => {
    const many = Array.from({ length: 10_000 }, () => ({ name: '../x', version: 'latest' }));
    expect(refusal(many)).toBe('dependencies: expected at most 20 packages (limit dependencies), got 10000.');
  });

  it('never has a name that leads out of a folder', () => {
    const text = fc.string({ unit: fc.constantFrom('.', '/', '\\', '@', 'a', '-', '_', '~', '%', ':', '\0') });
    fc.assert(
      fc.property(text, (name) => {
        if (!isPackageName(name)) return;
        expect(name).toMatch(/^(?:@[^/@\\]+\/)?[^/@\\]+$/);
        expect(name.split('/')).not.toContain('..');
        expect(name.split('/')).not.toContain('.');
      }),
    );
  });
});
