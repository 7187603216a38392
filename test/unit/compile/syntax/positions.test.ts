import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COMPILER_LINE_END, lineStarts, positionAt } from '../../../../src/compile/syntax/positions.ts';

it('gives each offset the line and column that counting gives', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', '𝒳', '\u2028')), fc.nat(50), (pieces, offset) => {
      const text = pieces.join('');
      const before = text.slice(0, offset).split('\n');
      const column = (before.at(-1)?.length ?? 0) + 1 + Math.max(0, offset - text.length);
      expect(positionAt(lineStarts(text), offset)).toEqual({ line: before.length, column });
    }),
  );
});

it('counts U+2028 and U+2029 as line ends only for compilers', () => {
  expect(lineStarts('a\u2028b\u2029c\nd')).toEqual([0, 6]);
  expect(lineStarts('a\u2028b\u2029c\nd', COMPILER_LINE_END)).toEqual([0, 2, 4, 6]);
});
