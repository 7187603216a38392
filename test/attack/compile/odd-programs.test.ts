import { expect, it } from 'vitest';
import { describeAttacked, shown } from '../fixtures/attacked.ts';

const ANYWHERE = expect.any(Number);

describeAttacked('programs whose text is odd', {}, ({ run }) => {
  it.each<[what: string, code: string, line: number, column?: number]>([
    ['a template without end', 'const a = 1;\nreturn `abc', 2],
    ['a comment without end', 'return 1;\n/* abc', 2],
    ['a regular expression without end', '\n\nreturn /abc', 3],
    ['a string without end', 'return "abc\n', 1],
    ['a NUL', 'const a = 1;\nconst b\0 = 2; return 1', 2, 8],
    ['an octal number', 'return 010', 1, 8],
    ['with', 'with ({}) { return 1 }', 1, 1],
    ['a label without its loop', 'a: continue', 1],
    ['two defaults', 'export default 1;\nexport default 2', 2],
    ['two variables of one name', 'let a = 1;\nlet a = 2; return a', 2, 5],
    ['an export within a function', 'function f() { export default 1 } return 1', 1],
    ['JSX', 'return <div />', 1],
    ['a decorator before nothing', 'return 1; @', 1],
    ['what lies before a byte order mark and CRLF', '\ufeffconst a = 1;\r\nconst b = ;\r\nreturn 1', 2, 11],
    ['what lies before lone CRs', 'const a = 1;\rconst b = ;', 2, 11],
    ['what lies behind a separator of lines', 'const a = "\u2028";\nconst b = ;', 2, 11],
    ['a comment of HTML', '<!-- x\nreturn 1', 1],
    ['the end of its wrapper', '};\n}}})()); process.exit(); ((', 2],
    ['another end of its wrapper', 'return 1 })(),globalThis.args))', 1],
    ['the wrapper of a bare function', 'async () => { return 1 }); (() => {})(', 1],
    ['a private name of nothing', 'return #a', 1],
    ['await where it is a name', 'class A { static await = 1; static { await 1 } } return 1', 1],
  ])('137 %s is found wrong in the lines of the agent', async (_what, code, line, column) => {
    for (const typecheck of [true, false]) {
      const outcome = await run(code, { typecheck });
      expect(['bundle-error', 'type-error']).toContain(outcome.kind);
      expect(outcome.diagnostics?.[0]).toMatchObject({
        line: typecheck ? ANYWHERE : line,
        column: column === undefined || typecheck ? ANYWHERE : column,
        message: expect.any(String),
      });
      for (const diagnostic of outcome.diagnostics ?? []) {
        expect(diagnostic.line).toBeLessThanOrEqual(code.split(/\r\n?|\n/).length);
        expect(Math.min(diagnostic.line, diagnostic.column)).toBeGreaterThan(0);
      }
    }
  });

  it.each<[what: string, code: string, result: unknown]>([
    ['a return at its top', 'return 1', 1],
    ['an await at its top', 'return await Promise.resolve(1)', 1],
    ['using', 'let n = 0; { using a = { [Symbol.dispose]() { n = 1 } } } return n', 1],
    ['await using', 'let n = 0; { await using a = { async [Symbol.asyncDispose]() { n = 1 } } } return n', 1],
    ['an enum', 'enum E { A = 1 } return E.A', 1],
    ['a namespace', 'namespace N { export const a = 1 }\nexport default () => N.a', 1],
    ['a decorator', 'const d = (c: any, _x: any) => c; @d class A { v = 1 } return new A().v', 1],
    ['a line that begins like a script’s', '#!/usr/bin/env node\nreturn 1', 1],
    ['a byte order mark', '\ufeffreturn 1', 1],
    ['separators of lines and paragraphs in a string', 'return "\u2028\u2029".length', 2],
    ['a lone surrogate in a string', 'return "\\ud800".length', 1],
    ['mixed line ends', 'const a = 1\rconst b = 2\r\nconst c = 3\nreturn a + b + c', 6],
    ['names in other scripts', 'const 名前 = 1, café = 2; return 名前 + café', 3],
    ['names by escapes', 'const \\u{61}b = 1; return ab', 1],
    ['a label', 'a: for (;;) { for (;;) break a } return 1', 1],
    [
      'names of the wrapper',
      'const value = 1, args_ = 2, program_default = 3; return value + args_ + program_default',
      6,
    ],
    [
      'strings that hold its wrapper’s end',
      'return "}})(),globalThis.args))".length',
      '}})(),globalThis.args))'.length,
    ],
  ])('137 %s runs', async (_what, code, result) => {
    expect(await run(code, { typecheck: true })).toMatchObject({ kind: 'completed', result });
  });

  it('137 a lone surrogate in its very text is a defined result', async () => {
    expect(await run('return "\ud800".length', { typecheck: true })).toMatchObject({ kind: 'completed', result: 1 });
  });

  it.each([
    'return nothing()',
    'import x from "./x"; return x',
    'const a = ;',
    'type T = typeof import("../codeloom/program"); return 1 as T',
    'const a: import("/codeloom/program.ts").X = 1; return a',
    'export const a = 1',
    'class A extends Promise<string> { then(): number { return 1 } } return new A()',
    'return [1].map((x: string) => x)',
    'interface Array<T> { at(n: string): T } return [1].at(0)',
  ])('138 the words of an error hold no place of the host: %s', async (code) => {
    const { wire } = shown(await run(code, { typecheck: true }));
    expect(wire).not.toMatch(
      /codeloom\/(?:program|guest|declarations|tsconfig)|node_modules|lib\.es|\/tmp\/|\/home\/|\/root\//,
    );
  });

  it('139 a hundred thousand errors are told by a few', async () => {
    // One thousand lines with a hundred statements each: within every cap on size.
    const code = `${'a;'.repeat(100)}\n`.repeat(1_000);
    const { kind, diagnostics } = await run(code, { typecheck: true });
    expect(kind).toBe('type-error');
    expect(diagnostics?.length).toBeLessThanOrEqual(20);
  });

  it('139 errors that are long themselves are cut', async () => {
    const code = `const x: { ${Array.from({ length: 2_000 }, (_, at) => `member${at}: string`).join('; ')} } = {}; return x`;
    expect(JSON.stringify(await run(code, { typecheck: true })).length).toBeLessThan(10_000);
  });

  it.each<[what: string, code: string]>([
    ['the tools, as anything', 'declare const mcp: any; return Object.keys(await mcp.stolen.everything())'],
    ['the tools, in the global scope', 'declare global { const stolen: any } return stolen.everything()'],
    ['a module of Node', 'declare module "fs" { export const readFileSync: any } return 1'],
    ['a global of Node', 'declare const process: any; return process.env'],
    ['require', 'declare const require: any; return require("fs").readdirSync("/")'],
    [
      'an upstream in the interface of tools',
      'declare global { namespace Mcp { interface stolen_tools { x(): any } } } return (mcp as any).stolen.x()',
    ],
  ])('140 a program that declares %s is granted nothing by it', async (_what, code) => {
    const outcome = await run(code, { typecheck: true });
    expect(['type-error', 'bundle-error', 'program-threw']).toContain(outcome.kind);
    expect(outcome.toolCalls).toEqual([]);
  });
});
