import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { type Bundle, createBundler } from '../../../src/compile/bundle.ts';
import type { Diagnostic } from '../../../src/compile/diagnostics.ts';
import { LIMITS, NEVER, read, SILENT } from './fixture.ts';
import { runScript, runToError } from './run-script.ts';

const bundler = createBundler({ limits: LIMITS, log: SILENT });
beforeAll(() => bundler.warm());
afterAll(() => bundler.close());

async function bundleOf(source: string): Promise<Bundle> {
  const made = await bundler.bundle(read(source), NEVER);
  if (!('code' in made)) throw new Error(JSON.stringify(made));
  return made;
}

async function refusalOf(source: string): Promise<readonly Diagnostic[]> {
  const made = await bundler.bundle(read(source), NEVER);
  if ('code' in made) throw new Error('it was bundled');
  return made;
}

describe('the script of a program', () => {
  it.each([
    ['a body', 'const x: number = args.n; return x + 1', 42],
    ['a body without return', 'args.n + 1', undefined],
    ['an async body', 'return await Promise.resolve(args.n)', 41],
    ['an arrow', '(input: { n: number }) => input.n', 41],
    ['an async arrow with a semicolon and a comment', 'async (input) => { return input.n }; // done', 41],
    ['a function declaration', 'async function main<T>(input: T): Promise<T> { return input }', { n: 41 }],
    ['a called function', '(async () => { return args.n })()', 41],
    ['a default function', 'const one = 1;\nexport default function main(input) { return input.n + one }', 42],
    ['a default value', 'export default { n: args.n }', { n: 41 }],
    ['a default promise', 'export default Promise.resolve(1)', 1],
    ['await at the top of a module', 'const x = await Promise.resolve(3);\nexport { x as default }', 3],
    ['a default that changes', 'let x = 1; export { x as default, x as other }; x = 2', 2],
    [
      'syntax that only TypeScript has',
      'enum E { A = "a" } const v = <const T,>(x: T) => x satisfies T; return v(E.A)',
      'a',
    ],
    ['a namespace', 'namespace N { export const a = 1 }\nexport default () => N.a', 1],
    [
      'a class with a decorator and a private field',
      'const d = (x) => x; @d class A { #p = 1; get p() { return this.#p } } return new A().p',
      1,
    ],
    [
      'resource management',
      'const log = []; { using x = { [Symbol.dispose]() { log.push(1) } }; } return log.length',
      1,
    ],
    ['text that looks like the end of a module', 'return `\nexport{a as default};\n`', '\nexport{a as default};\n'],
    ['strict code', 'return (function () { return this })()', undefined],
  ])('runs: %s', async (_, source, result) => {
    expect(await runScript(await bundleOf(source), { args: { n: 41 } })).toEqual(result);
  });

  it('calls the program once', async () => {
    const calls: unknown[] = [];
    await runScript(await bundleOf('export default (input) => { note(input) }'), {
      args: 7,
      note: (input: unknown) => calls.push(input),
    });
    expect(calls).toEqual([7]);
  });

  it('shows the program nothing of its wrapper', async () => {
    const names = ['value', 'program', 'module', 'exports', '__filename'];
    expect(
      await runScript(await bundleOf(`return [${names.map((name) => `typeof ${name}`)}, typeof import.meta]`)),
    ).toEqual([...names.map(() => 'undefined'), 'undefined']);
  });

  it('holds no path, no comment and no map of the program', async () => {
    const { code, sourceMap } = await bundleOf(
      '/*! @license x */ return 1 //# sourceMappingURL=/etc/passwd\n//# sourceURL=/etc/passwd',
    );
    expect(code).not.toMatch(/etc|license|sourceMappingURL|sourceURL/);
    expect(JSON.parse(sourceMap)).toEqual({
      version: 3,
      sources: ['program.ts'],
      mappings: expect.any(String),
      names: [],
    });
  });
});

describe('require', () => {
  const ask = 'const ask = typeof require; const own = { require }; return [ask, own.require, typeof require.x]';

  it('is nothing where there is none, however a program asks for it', async () => {
    expect(await runScript(await bundleOf('return typeof require'))).toBe('undefined');
    expect(await runScript(await bundleOf('const own = { require }; return [own.require, own]'))).toEqual([
      undefined,
      { require: undefined },
    ]);
    // With helpers of esbuild before it.
    const decorated = `const d = (x) => x; @d class A { @d accessor b = 1 } using y = null; return [new A().b, typeof require]`;
    expect(await runScript(await bundleOf(decorated))).toEqual([1, 'undefined']);
  });

  it('is what it is where there is one', async () => {
    const require = Object.assign(() => 1, { x: 2 });
    expect(await runScript(await bundleOf(ask), { require })).toEqual(['function', require, 'number']);
  });

  it('leads errors to the line and column that they had', async () => {
    const bundle = await bundleOf('const a = typeof require;\n  throw new Error(a);');
    expect(await runToError(bundle)).toMatchObject({ message: 'undefined', line: 2, column: 9 });
    const near = await bundleOf('typeof require; boom()');
    expect(await runToError(near)).toMatchObject({ line: 1, column: 17 });
  });

  it('leaves a text alone that looks like what esbuild puts there', async () => {
    const shim =
      'var __require=(x=>typeof require!=="undefined"?x:x)(function(x){throw Error(\'x is not supported\')});';
    expect(await runScript(await bundleOf(`return \`${shim}\``))).toBe(shim);
    expect(await runScript(await bundleOf(`return [typeof require, \`${shim}\`]`))).toEqual(['undefined', shim]);
  });
});

describe('what cannot be bundled', () => {
  it.each([
    'import fs from "node:fs"; return fs',
    'import fs from "fs"; return 1',
    'import "fs"; return 1',
    'import s from "/etc/passwd" with { type: "text" }; return s',
    'import s from "/etc/hostname" with { type: "bytes" }; return s',
    'import s from "../../../etc/hostname" with { type: "file" }; return s',
    'import s from "/etc/some.json"; return s',
    'import s from "./program.ts"; return s',
    'import s from "https://example.org/x.js"; return s',
    'import s from "data:text/javascript,export default 1"; return s',
    'import s from "esbuild"; return s',
    'export * from "fs"',
    'export { x as default } from "./x"',
    'return require("/etc/passwd")',
    'try { require("fs") } catch {} return 1',
    'return await import("node:fs")',
    'import fs = require("fs");\nexport default fs',
  ])('refuses to import: %s', async (source) => {
    expect(await refusalOf(source)).toMatchObject([
      { code: 'import', line: 1, message: expect.stringContaining('cannot be imported'), hint: expect.any(String) },
    ]);
  });

  it('reads nothing beside an import, however it is asked', async () => {
    const { code } = await bundleOf(
      '/// <reference path="/etc/passwd" />\nexport default () => [new URL("/etc/passwd", import.meta.url), import.meta.glob("/etc/*")]',
    );
    expect(code).not.toContain('root:');
  });

  it('says where the syntax is wrong, in the lines and columns of the agent', async () => {
    expect(await refusalOf('const a = "é𝒳"; const b = ;\nreturn 1')).toMatchObject([
      { code: 'syntax', line: 1, column: 28 },
    ]);
    expect(await refusalOf('async () => {\n  const b = ;\n}')).toMatchObject([{ code: 'syntax', line: 2, column: 13 }]);
    expect(await refusalOf('export default 1;\n  export default 2')).toMatchObject([
      { code: 'syntax', line: 2, column: 10 },
    ]);
    expect(await refusalOf('return [1,\n')).toMatchObject([{ code: 'syntax', line: 2 }]);
  });

  it.each([
    'return `a',
    'return /a',
    '/* a',
    'return "a',
    'with ({}) {} return 1',
    'return 010',
    'a: continue',
    'return <div />',
    'new.target',
    'super()',
    '@',
    'return "\\u{110000}"',
  ])('answers broken syntax: %s', async (source) => {
    const made = await bundler.bundle(read(`1;${source}`), NEVER);
    expect('code' in made ? [] : made).toMatchObject([{ code: 'syntax', message: expect.any(String) }]);
  });

  it('says what to do where a module has no default export', async () => {
    expect(await refusalOf('export const a = 1')).toMatchObject([{ hint: expect.stringContaining('export default') }]);
  });

  it('reports no more than the limit allows', async () => {
    const source = Array.from({ length: 50 }, (_, index) => `import "m${index}";`).join('\n');
    expect(await refusalOf(source)).toHaveLength(LIMITS.diagnostics);
  });

  it('refuses a bundle that is too large', async () => {
    const small = createBundler({ limits: resolveLimits({ bundleBytes: 64 * 1024 }), log: SILENT });
    try {
      const grows = `enum E { A = "${'x'.repeat(10_000)}" } return [${'E.A,'.repeat(10)}]`;
      expect(await small.bundle(read(grows), NEVER)).toMatchObject([
        { message: expect.stringContaining('bundleBytes') },
      ]);
    } finally {
      await small.close();
    }
  });
});

describe('the cache', () => {
  it('gives the same bundle for the same program and another for another', async () => {
    const [first, again, other] = [await bundleOf('return 1'), await bundleOf('return 1'), await bundleOf('return 2')];
    expect(again).toBe(first);
    expect(other.hash).not.toBe(first.hash);
  });

  it('does not mix programs whose wrapped text is equal', async () => {
    const inner = await bundleOf('boom()');
    const outer = await bundleOf(inner.program.text);
    expect(outer.code).toBe(inner.code);
    expect(outer.program.form).toBe('module');
  });
});

it('leaves a bundle whose caller is gone', async () => {
  const gone = new AbortController();
  const bundle = bundler.bundle(read('return "a caller that left"'), gone.signal);
  gone.abort(new Error('left'));
  await expect(bundle).rejects.toThrow('left');
});
