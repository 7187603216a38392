// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are programs
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../../src/base/limits.ts';
import type { Diagnostic } from '../../../../src/compile/diagnostics.ts';
import { createTypechecker } from '../../../../src/compile/typescript/typecheck.ts';
import { DECLARATIONS, LIMITS, NEVER, read, SILENT } from '../fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());

const check = (source: string, declarations = DECLARATIONS) => checker.check(read(source), declarations, NEVER);
const PERMUTATIONS = `
  type Permutations<T, K = T> = [T] extends [never] ? [] : K extends K ? [K, ...Permutations<Exclude<T, K>>] : never;
  const x: Permutations<'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j'> = 1;
  return x;`;

describe('createTypechecker', () => {
  it.each([
    'return await mcp.fs.read_file({ path: "x" })',
    'const size: number = (await mcp.fs.stat({ path: "x" })).size; return size',
    'export default async (input: { n: number }) => input.n + args.n',
    'async function main(): Promise<string> { return mcp["my-server"].get({ id: 1 }) }',
    'async <T,>(x: T) => x',
    'enum E { A = "a" }\nexport default E.A',
    'interface A<T> { a: T }\nconst a = { a: 1 } satisfies A<number>; return a as unknown',
  ])('accepts a right program: %s', async (source) => {
    expect(await check(source)).toEqual([]);
  });

  it.each([
    ['return mcp.nope.x({})', 'TS2339', 1, 12],
    ['\n  return mcp.fs.nope({})', 'TS2339', 2, 17],
    ['async () => {\n  return mcp.fs.read_file({ path: 1 })\n}', 'TS2322', 2, 29],
    ['export default async () => {\n  return mcp.fs.read_file()\n}', 'TS2554', 2, 17],
    ['const r = await mcp.fs.stat({ path: "é𝒳" }); return r.sizes', 'TS2551', 1, 56],
    ['return mcp["nope"].x({})', 'TS7053', 1, 8],
    ['return mcp.fs["nope"]({})', 'TS7053', 1, 8],
    ['return nope', 'TS2304', 1, 8],
    ['return args.nope', 'TS2339', 1, 13],
  ])('finds what is wrong and where: %s', async (source, code, line, column) => {
    expect(await check(source)).toMatchObject([{ code, line, column }]);
  });

  it('reports a syntax error alone, where the agent made it', async () => {
    expect(await check('const a = 1;\nconst b = ;\nreturn nope')).toMatchObject([
      { code: 'TS1109', line: 2, column: 11 },
    ]);
  });

  it.each([
    '// @ts-nocheck\nreturn mcp.nope.x()',
    '// @ts-ignore\nreturn mcp.nope.x()',
    '/* @ts-expect-error */ return mcp.nope.x()',
  ])('is not switched off by a comment: %s', async (source) => {
    expect(await check(source)).toMatchObject([{ code: 'TS2339' }]);
  });

  it('reads nothing of the host, by whatever way a program names it', async () => {
    const refused = async (source: string) => (await check(source)).map(({ code }) => code);
    expect(await refused('import x from "/etc/hostname"; return x')).toEqual(['TS2307']);
    expect(await refused('import x from "/etc/some.json"; return x')).toEqual(['TS2732']);
    expect(await refused('import type { Log } from "../../src/base/log.ts"; return 1')).toEqual(['TS2307']);
    expect(await refused('import fs from "node:fs"; return fs')).toEqual(['TS2591']);
    expect(await refused('export default (x: import("@types/node").X) => x')).toContain('TS2307');
    expect(await refused('/// <reference types="node" />\nexport default () => process.pid')).toEqual(['TS2591']);
    expect(await refused('/// <reference lib="dom" />\nexport default () => document.title')).toEqual(['TS2584']);
    expect(await refused('/// <reference path="/etc/passwd" />\nexport default 1')).toEqual([]);
  });

  it('names no path of its own', async () => {
    const found = await check(
      'import * as self from "./program";\nexport const a = 1;\nconst b: number = self;\nexport default b',
    );
    expect(found.length).toBeGreaterThan(0);
    expect(JSON.stringify(found)).not.toMatch(/codeloom|node_modules|\.d\.ts/);
  });

  it('reports at most as many as the limit allows, first ones first', async () => {
    const found = await check(Array.from({ length: 500 }, (_, index) => `nope${index};`).join('\n'));
    expect(found.map(({ line }) => line)).toEqual(Array.from({ length: LIMITS.diagnostics }, (_, index) => index + 1));
  });

  it('cuts long messages', async () => {
    const name = 'x'.repeat(50_000);
    const [found] = await check(`return args.${name}`);
    expect(found?.message.length).toBeLessThan(1_100);
  });

  it('never answers for one program or catalog with what it knows of another', async () => {
    const source = 'return mcp.fs.read_file({ path: "x" })';
    const other = DECLARATIONS.replace('read_file', 'write_file');
    expect(await check(source)).toEqual([]);
    expect(await check(source, other)).toHaveLength(1);
    expect(await check(source)).toEqual([]);
    expect(await check('return mcp.fs.write_file({ path: "x" })', other)).toEqual([]);
    expect(await check('return mcp.fs.write_file({ path: "x" })')).toHaveLength(1);
    // The same wrapped text, but one line further down in the agent's own.
    const lineOf = (found: readonly Diagnostic[]) => found.map(({ line }) => line);
    expect(lineOf(await check('nope()'))).toEqual([1]);
    expect(lineOf(await check(read('nope()').text))).toEqual([2]);
  });

  it('answers a program it has seen without asking the compiler again', async () => {
    const program = read('return nope');
    expect(await checker.check(program, DECLARATIONS, NEVER)).toBe(await checker.check(program, DECLARATIONS, NEVER));
  });

  it('answers many at once, each with its own', async () => {
    const sources = Array.from({ length: 50 }, (_, index) => `return nope_${index}`);
    const found = await Promise.all(sources.map((source) => check(source)));
    expect(found.map(([first]) => first?.message)).toEqual(
      sources.map((source) => expect.stringContaining(`'${source.slice(7)}'`)),
    );
  });

  it('leaves a check whose caller is gone', async () => {
    const gone = new AbortController();
    const check = checker.check(read('return "a caller that left"'), DECLARATIONS, gone.signal);
    gone.abort(new Error('left'));
    await expect(check).rejects.toThrow('left');
    await expect(checker.check(read('return 1'), DECLARATIONS, gone.signal)).rejects.toThrow('left');
  });
});

describe('a program that is meant to hurt the compiler', () => {
  const limits = resolveLimits({ typecheckMs: 1_000 });
  const strained = createTypechecker({ limits, log: SILENT });
  afterAll(() => strained.close());

  it('ends at the deadline with one diagnostic, and its neighbours do not notice', async () => {
    const bomb = strained.check(read(PERMUTATIONS), DECLARATIONS, NEVER);
    const neighbours = Array.from({ length: 8 }, (_, index) =>
      strained.check(read(`return nope${index}`), DECLARATIONS, NEVER),
    );
    const first = await Promise.race([bomb.then(() => 'bomb'), Promise.all(neighbours).then(() => 'neighbours')]);
    expect(first).toBe('neighbours');
    for (const neighbour of neighbours) expect(await neighbour).toMatchObject([{ code: 'TS2304' }]);
    expect(await bomb).toMatchObject([
      { code: 'limit', message: expect.stringContaining('typecheckMs'), hint: expect.stringContaining('Simplify') },
    ]);
    expect(await strained.check(read('return 1'), DECLARATIONS, NEVER)).toEqual([]);
  });

  it('is checked again when it comes again: a deadline may have been the machine', async () => {
    const quick = read('return 2');
    expect(await strained.check(quick, DECLARATIONS, NEVER)).toEqual([]);
    const [first, second] = [
      await strained.check(read(PERMUTATIONS), DECLARATIONS, NEVER),
      await strained.check(read(PERMUTATIONS), DECLARATIONS, NEVER),
    ];
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });

  it.each([
    [
      'a tail-recursive type',
      'type R<N extends number, A extends 1[] = []> = A["length"] extends N ? A : R<N, [...A, 1]>; const x: R<1000000000> = 1; return x',
    ],
    [
      'a template cross product',
      'type D = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"; const x: `${D}${D}${D}${D}${D}${D}` = 1; return x',
    ],
    [
      'generic calls in each other',
      `const f = <T,>(x: T) => [x, x] as const; return ${'f('.repeat(40)}1${')'.repeat(40)}`,
    ],
    ['ten thousand terms', `return ${'1+'.repeat(9_000)}nope`],
    ['errors without end', 'x;'.repeat(60_000)],
  ])('gets a diagnostic: %s', async (_, source) => {
    expect((await strained.check(read(source), DECLARATIONS, NEVER)).length).toBeGreaterThan(0);
    expect(await strained.check(read('return 3'), DECLARATIONS, NEVER)).toEqual([]);
  });
});

it('refuses with a Fault after it was closed, and leaves nobody waiting', async () => {
  const closing = createTypechecker({ limits: LIMITS, log: SILENT });
  const waiting = closing.check(read('return 1'), DECLARATIONS, NEVER);
  const settled = expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await closing.close();
  await settled;
  await expect(closing.check(read('return 2'), DECLARATIONS, NEVER)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
