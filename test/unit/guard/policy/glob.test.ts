import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matcherOf } from '../../../../src/guard/policy/glob.ts';

/** What a pattern means, said in another way: a regular expression made of it. */
function asExpression(pattern: string): RegExp {
  const pieces = pattern.split('*').map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pieces.join('[^]*')}$`);
}

describe('a pattern', () => {
  it.each([
    ['alice', 'alice', true],
    ['alice', 'alice2', false],
    ['alice', 'Alice', false],
    ['team-*', 'team-red', true],
    ['team-*', 'team-', true],
    ['team-*', 'steam-red', false],
    ['*@example.com', 'ann@example.com', true],
    ['*@example.com', 'ann@example.com.evil', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'acb', false],
    ['aa*aa', 'aaa', false],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['**', 'anything', true],
    ['a**b', 'ab', true],
    ['', '', true],
    ['', 'a', false],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['line*', 'line\nbreak', true],
  ])('%j fits %j: %j', (pattern, text, fits) => {
    expect(matcherOf([pattern])(text)).toBe(fits);
  });

  it('means what a regular expression with .* for each * means', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '\n'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, letters, (wanted, text) => {
        expect(matcherOf([wanted])(text)).toBe(asExpression(wanted).test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('fits whatever its stars are filled with', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), fc.string(), (pieces, filling) => {
        const pattern = pieces.map((piece) => piece.replaceAll('*', '')).join('*');
        expect(matcherOf([pattern])(pattern.replaceAll('*', filling))).toBe(true);
      }),
    );
  });

  it('is one of several that any may fit', () => {
    const matches = matcherOf(['node', 'team-*', 'x*']);
    expect(['node', 'team-1', 'x', 'nod', 'team'].map(matches)).toEqual([true, true, true, false, false]);
    expect(matcherOf([])('')).toBe(false);
  });
});
