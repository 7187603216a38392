// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are programs
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex, type Token } from '../../../../src/compile/syntax/lex.ts';

function tokens(source: string): Token[] {
  const found: Token[] = [];
  lex(source, (token) => found.push(token));
  return found;
}

function kinds(source: string): string {
  return tokens(source)
    .map(({ kind, start, end }) => `${kind}:${source.slice(start, end)}`)
    .join(' ');
}

describe('lex', () => {
  it('tells strings, numbers, words and punctuation apart', () => {
    expect(kinds('const a1 = "x\\"y" + 1.5e3;')).toBe(
      'word:const word:a1 punct:= string:"x\\"y" punct:+ number:1.5e3 punct:;',
    );
  });

  it('takes a slash after an operand for a division and elsewhere for a regular expression', () => {
    expect(kinds('a / b / c')).not.toContain('regex');
    expect(kinds('x = /[/"]+/gi.test(s)')).toContain('regex:/[/"]+/gi');
    expect(kinds('return /"/')).toContain('regex:/"/');
    expect(kinds('if (a) /"/.test(b)')).toContain('regex:/"/');
    expect(kinds('f(a) / 2 / "x"')).toContain('string:"x"');
    expect(kinds('a++ / 2 / "x"')).toContain('string:"x"');
    expect(kinds('a.return / 2 / "x"')).toContain('string:"x"');
    expect(kinds('a! / 2 / "x"')).toContain('string:"x"');
  });

  it('follows templates into what they interpolate and back', () => {
    const source = '`a${ `b${ {c: "}"} }` }d` + e';
    const pieces = tokens(source).filter(({ kind }) => kind === 'template');
    expect(pieces.map(({ start, end }) => source.slice(start, end))).toEqual(['`a${', '`b${', '}`', '}d`']);
    expect(tokens(source).at(-1)).toMatchObject({ kind: 'word', depth: 0 });
  });

  it('gives brackets the depth outside of them', () => {
    expect(tokens('(a[b])').map(({ depth }) => depth)).toEqual([0, 1, 1, 2, 1, 0]);
  });

  it('ends a string at the end of its line and a comment at the end of the text', () => {
    expect(kinds('"abc\nd')).toBe('string:"abc word:d');
    expect(kinds('a /* b')).toBe('word:a comment:/* b');
  });

  it('covers any text with tokens in order, and stops', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '`',
      '${',
      '"',
      "'",
      '/',
      '//',
      '/*',
      '*/',
      '\\',
      '\n',
      'a',
      '1',
      '<',
      '=>',
      '!',
      ' ',
      '𝒳',
      '\u2028',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const source = pieces.join('');
        let last = 0;
        for (const { start, end } of tokens(source)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(source.length);
      }),
    );
  });
});
