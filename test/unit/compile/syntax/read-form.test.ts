// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are programs
import { describe, expect, it } from 'vitest';
import { lex } from '../../../../src/compile/syntax/lex.ts';
import { createFormReader, type Form } from '../../../../src/compile/syntax/read-form.ts';

function formOf(source: string): Form | undefined {
  const reader = createFormReader(source);
  lex(source, reader.add);
  return reader.read();
}

describe('createFormReader', () => {
  it.each([
    'async () => { return 1 }',
    '() => 1',
    'x => x + 1',
    'async x => { }',
    'async => async + 1',
    '<T,>(x: T): T => x',
    'async <T extends { a: 1 }>(x: T): Promise<{ a: T }> => { return { a: x } }',
    '(a: number): { x: number } => ({ x: a });',
    '({ a, b = {} }, [c]) => { }',
    'function () { }',
    'async function main() { return 1 } // done',
    'function* f() { }',
    'async function* f() { }',
    'function f<T extends { a: 1 }>(x: T): { a: number } | { b: 1 } { return x }',
    '/* a */ async () => { } /* b */ ;;',
    '(async () => { return 1 })()',
    '(function () { return 1 })',
    'await (async () => 1)();',
  ])('knows a bare function: %s', (source) => {
    expect(formOf(source)?.kind).toBe('function');
  });

  it.each([
    'return 1',
    'const f = () => 1\nreturn f()',
    'function f() { }\nreturn f()',
    'function f() { } { }',
    '() => 1\nreturn 2',
    'async () => { }; return 2',
    'async function f() { }\nf()',
    '(async () => { })(); return 1',
    'const o = { export: 1 }; return o.export',
    '"export default"; return 1',
    '`export ${1}`; return 1',
    'import("x").then(f)',
    'import.meta.url',
    '{ a: 1 }',
    'mcp.fs.read({})',
    'x = a => { }',
  ])('knows a function body: %s', (source) => {
    expect(formOf(source)?.kind).toBe('body');
  });

  it.each([
    'export default 1',
    'const a = 1;\nexport { a as default }',
    'import a from "x";\nexport default () => a',
    'export const b = 2',
  ])('knows a module: %s', (source) => {
    expect(formOf(source)?.kind).toBe('module');
  });

  it('finds where the imports at the head of a body end', () => {
    const imports = 'import a, { b } from "x";\nimport "y"\nimport c from "z" with { type: "json" };';
    expect(formOf(`${imports}\nreturn a`)).toEqual({ kind: 'body', importsEnd: imports.length, lateImports: [] });
    expect(formOf('return 1')).toEqual({ kind: 'body', importsEnd: 0, lateImports: [] });
  });

  it('finds the imports behind other statements, and what only looks like one', () => {
    const source =
      'const x = 1\nimport fs from "fs"; import("y"); import.meta; a.import; a?.import; this.#import; { import z from "z" }\nimport "w"';
    expect(formOf(source)).toMatchObject({
      importsEnd: 0,
      lateImports: [
        { start: 12, end: 32 },
        { start: source.length - 10, end: source.length },
      ],
    });
  });

  it('finds the semicolons behind a function', () => {
    expect(formOf('() => 1 ; // a;\n;')).toEqual({ kind: 'function', semicolons: [16, 8] });
  });

  it('knows that nothing but comments is no program', () => {
    expect(formOf(' // return 1\n/* return 2 */')).toBeUndefined();
  });
});
