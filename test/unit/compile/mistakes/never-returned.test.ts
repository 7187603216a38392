import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNeverReturned } from '../../../../src/compile/mistakes/never-returned.ts';
import { readProgram } from '../../../../src/compile/program-form.ts';
import { LIMITS, read } from '../fixture.ts';

describe('a program whose work is in a function', () => {
  it.each([
    ['const main = async () => { return 1 };', 1, 7],
    ['const n = 1;\nasync function main() { return n }\nconst x = 2;', 2, 16],
    ['let main = function () { return 1 };\n', 1, 5],
    ['const main = async x => x;\n"use it";', 1, 7],
    ['const main = () => mcp.s.list({})\n', 1, 7],
  ])('that nobody calls is told: %j', (source, line, column) => {
    expect(findNeverReturned(read(source))).toEqual([
      {
        line,
        column,
        code: 'no-result',
        message: 'The program returned nothing: `main` is declared and never called.',
        hint: 'End it with `return await main();`.',
      },
    ]);
  });

  it.each([
    ['async function main() { return 1 }\nmain();', 2, 1],
    ['const main = async () => { return 1 };\nawait main();', 2, 7],
    ['const main = async (a) => a * 2;\nmain(1).catch(console.error);', 2, 1],
    ['async function main() { return 1 }\nfunction help() { return 2 }\nvoid main()', 3, 6],
  ])('whose value nobody returns is told: %j', (source, line, column) => {
    expect(findNeverReturned(read(source))).toEqual([
      {
        line,
        column,
        code: 'no-result',
        message: 'The program returned nothing: the value of `main` is not returned.',
        hint: 'End it with `return await main();`.',
      },
    ]);
  });

  it.each([
    'async function main() { return 1 }\nreturn main();',
    'const main = async () => { await mcp.s.save({}); };\nawait main();',
    'const f = (a) => a * 2;\nconsole.log(f(1));',
    'const f = (a) => a * 2;\nconst b = f(1);',
    'const f = (a) => a * 2;\nif (f(1)) return 3;',
    'const unused = (a) => a * 2;\nawait mcp.s.save({});',
    'const f = (a) => a * 2;\n[1].map(f);',
    'console.log(1)',
    'const a = [1].map((x) => x);',
    'export default function main() {}',
    'async () => {}',
  ])('with or without a result as it was meant is not: %j', (source) => {
    expect(findNeverReturned(read(source))).toEqual([]);
  });

  it('gives at most one diagnostic for any text', () => {
    const piece = fc.constantFrom(
      'function',
      'async',
      'const',
      'f',
      '=',
      '(',
      ')',
      '=>',
      '{',
      '}',
      'return',
      ';',
      'await',
      '*',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const program = readProgram(pieces.join(' '), LIMITS);
        if ('text' in program) expect(findNeverReturned(program).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
