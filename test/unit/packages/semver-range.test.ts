import { describe, expect, it } from 'vitest';
import { isSemverRange } from '../../../src/packages/semver-range.ts';

describe('a semver range', () => {
  it.each([
    ...[
      '1',
      '1.2',
      '1.2.3',
      'v1.2.3',
      '=1.2.3',
      '^1.2.3',
      '~1.2',
      '~> 1.2',
      '>=1 <2',
      '>= 1.0.0 < 2.0.0',
      '1 - 2',
      '1.2.3 - 2.0.0',
    ],
    ...[
      '1.x',
      '1.2.*',
      '*',
      'x',
      '1 || 2',
      '^1.0.0 || >=3 <4 || 7.x',
      '1.2.3-beta.1',
      '1.2.3-0.3.7+build.5',
      '  1.2.3  ',
      '1||2',
    ],
  ])('may be %j', (text) => {
    expect(isSemverRange(text)).toBe(true);
  });

  it.each([
    ...[
      '',
      ' ',
      'latest',
      'next',
      '1.2.3.4',
      '01.2.3',
      '^',
      '>',
      '1 -',
      '- 1',
      'a.b.c',
      '1.2.3-',
      '1..2',
      '^^1',
      '>1<2',
      '1,2',
    ],
    ...[
      'npm:other@1',
      'file:../x',
      'git+https://x/y.git',
      'https://x/y.tgz',
      'someone/something',
      'workspace:*',
      'link:../x',
      './x',
      '~/x',
      '../../x',
    ],
    ...['__proto__', '1.2.3\n--registry=x', '1 \u0000', '9'.repeat(300), '1 || latest'],
  ])('is not %j', (text) => {
    expect(isSemverRange(text)).toBe(false);
  });

  it('is judged in no time, however it is made', () => {
    for (const text of ['1.2.3-'.padEnd(256, 'a.'), '>= '.repeat(85), '1 '.repeat(128), '|'.repeat(256)])
      expect(typeof isSemverRange(text)).toBe('boolean');
  });
});
