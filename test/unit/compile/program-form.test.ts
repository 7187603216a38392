// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are programs
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { readProgram } from '../../../src/compile/program-form.ts';
import { LIMITS, read } from './fixture.ts';

/** Where the agent's text has the marker, according to the program. */
function positionOf(source: string, marker: string) {
  const program = read(source);
  return program.positionAt(program.text.indexOf(marker));
}

describe('readProgram', () => {
  it('wraps every form into a module whose default export is the program', () => {
    expect(read('return 1').text).toBe('export default async () => {\nreturn 1\n};\n');
    expect(read('() => 1;').text).toBe('export default (\n() => 1 \n);\n');
    expect(read('export default 1').text).toBe('export default 1');
  });

  it('leads back to the line and column of the agent in every form', () => {
    expect(positionOf('const a = 1;\n  MARK()', 'MARK')).toEqual({ line: 2, column: 3 });
    expect(positionOf('async () => {\n  MARK()\n}', 'MARK')).toEqual({ line: 2, column: 3 });
    expect(positionOf('export default () => {\n  MARK()\n}', 'MARK')).toEqual({ line: 2, column: 3 });
    expect(positionOf('import a from "x";\nimport b from "y";\n  MARK()', 'MARK')).toEqual({ line: 3, column: 3 });
    expect(positionOf('import a from "x"; MARK()', 'MARK')).toEqual({ line: 1, column: 20 });
  });

  it('keeps imports at the head of a body outside of the function', () => {
    expect(read('import a from "x"; return a').text).toBe(
      `import a from "x";\nexport default async () => {\n${' '.repeat(18)} return a\n};\n`,
    );
  });

  it('moves imports that stand further down before the function, and keeps every position', () => {
    const source =
      'import a from "x"; const x = 1\nimport b from "y"\n[x].map(MARK); import { HERE } from "z"; return 1';
    expect(read(source).text).toBe(
      `import a from "x";\nimport b from "y"\nimport { HERE } from "z";\nexport default async () => {\n${' '.repeat(18)} const x = 1\n;${' '.repeat(16)}\n[x].map(MARK); ;${' '.repeat(24)} return 1\n};\n`,
    );
    expect(positionOf(source, 'MARK')).toEqual({ line: 3, column: 9 });
    expect(positionOf(source, 'HERE')).toEqual({ line: 3, column: 25 });
    expect(positionOf(source, 'const')).toEqual({ line: 1, column: 20 });
    expect(positionOf(source, 'return')).toEqual({ line: 3, column: 42 });
  });

  it('counts lines as the agent does, whatever ends them', () => {
    expect(positionOf('a\r\nb\rc\n MARK', 'MARK')).toEqual({ line: 4, column: 2 });
    expect(positionOf('\ufeffMARK', 'MARK')).toEqual({ line: 1, column: 1 });
    expect(positionOf('"\u2028";\nMARK', 'MARK')).toEqual({ line: 2, column: 1 });
  });

  it('translates lines that compilers count, among them those after U+2028', () => {
    const program = read('"\u2028"; a\nb');
    expect(program.toProgramPosition(2, 1)).toEqual({ line: 1, column: 1 });
    expect(program.toProgramPosition(3, 4)).toEqual({ line: 1, column: 6 });
    expect(program.toProgramPosition(4, 1)).toEqual({ line: 2, column: 1 });
  });

  it('answers any position, also outside of the program, with one inside', () => {
    const program = read('return 1');
    expect(program.toProgramPosition(1, 5)).toEqual({ line: 1, column: 1 });
    expect(program.toProgramPosition(99, 1)).toEqual({ line: 1, column: 9 });
    expect(program.positionAt(10_000)).toEqual({ line: 1, column: 9 });
    expect(program.positionAt(-1)).toEqual({ line: 1, column: 1 });
  });

  it('does not let comments switch checking off or name files to the compiler', () => {
    const { text } = read('/// <reference lib="dom" />\n// @ts-nocheck\n/* @ts-ignore */ return "@ts-ignore"');
    expect(text).toContain('//  <reference');
    expect(text).toContain('// @ts_nocheck');
    expect(text).toContain('/* @ts_ignore */ return "@ts-ignore"');
  });

  it('makes a comment of a hash-bang line', () => {
    expect(read('#!/usr/bin/env node\nreturn 1').text).toContain('///usr/bin/env node\nreturn 1');
  });

  it('refuses what is too large, at the limit and no sooner', () => {
    const limits = resolveLimits({ sourceBytes: 1024 });
    expect(readProgram(`return 1 //${'é'.repeat(506)}a`, limits)).toHaveProperty('text');
    expect(readProgram(`return 1 //${'é'.repeat(507)}`, limits)).toMatchObject([
      { message: expect.stringContaining('1025 bytes; the limit sourceBytes') },
    ]);
  });

  it('refuses nesting that would kill a compiler, at the bracket that is too much', () => {
    expect(readProgram(`return ${'['.repeat(499)}${']'.repeat(499)}`, LIMITS)).toHaveProperty('text');
    expect(readProgram(`return ${'['.repeat(60_000)}`, LIMITS)).toMatchObject([
      { line: 1, column: 508, code: 'syntax' },
    ]);
    expect(readProgram(`return ${'`${'.repeat(600)}`, LIMITS)).toMatchObject([{ code: 'syntax' }]);
  });

  it('refuses one endless statement and accepts endless statements', () => {
    expect(readProgram(`return ${'1+'.repeat(50_000)}1`, LIMITS)).toMatchObject([
      { message: expect.stringContaining('tokens') },
    ]);
    expect(readProgram(`return ${'!'.repeat(50_000)}1`, LIMITS)).toMatchObject([
      { message: expect.stringContaining('tokens') },
    ]);
    expect(readProgram('a+=1;'.repeat(40_000), LIMITS)).toHaveProperty('text');
    expect(readProgram(`return [${'1,'.repeat(100_000)}]`, LIMITS)).toHaveProperty('text');
  });

  it('refuses NUL characters and empty programs with a sentence', () => {
    expect(readProgram('return 1\n + "\0"', LIMITS)).toMatchObject([
      { line: 2, column: 5, hint: expect.stringContaining('\\0') },
    ]);
    expect(readProgram(' \n// nothing', LIMITS)).toMatchObject([{ message: 'The program is empty.' }]);
  });

  it('replaces halves of characters, which no file can hold', () => {
    expect(read('return "\ud800"').source).toBe('return "\ufffd"');
  });

  it('never gives two programs with different positions the same hash', () => {
    const inner = read('return 1');
    const outer = read(inner.text);
    expect(outer.text).toBe(inner.text);
    expect(outer.hash).not.toBe(inner.hash);
    expect(read('return 1').hash).toBe(inner.hash);
  });

  it('answers any text with a program or a diagnostic', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '{',
      '}',
      '`${',
      '`',
      '=>',
      'async',
      'function',
      'import',
      'export',
      'from',
      '"x"',
      ';',
      '\n',
      '//',
      '/*',
      'a',
      '<',
      ':',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const program = readProgram(pieces.join(' '), LIMITS);
        if ('text' in program) {
          // All that the agent wrote is still there, on lines of its own, and each import that was moved on one more.
          const moved = program.source.match(/import/g)?.length ?? 0;
          expect(program.text.split('\n').length - program.source.split('\n').length).toBeLessThanOrEqual(4 + moved);
        } else {
          expect(program).toHaveLength(1);
        }
      }),
    );
  });
});
