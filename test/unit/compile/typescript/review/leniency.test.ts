import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTypechecker } from '../../../../../src/compile/typescript/typecheck.ts';
import { DECLARATIONS, LIMITS, NEVER, read, SILENT } from '../../fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());

const codes = async (source: string) =>
  (await checker.check(read(source), DECLARATIONS, NEVER)).map(({ code }) => code);

describe('plain JavaScript passes', () => {
  it.each([
    ['an object filled later', 'const out = {}; out.x = 1; out["y"] = 2; return out.x'],
    ['a property added to an object literal', 'const o = { a: 1 }; o.b = 2; return o.b'],
    ['a property added deep in an object literal', 'const o = { a: { b: {} } }; o.a.b.c = 2; return o'],
    ['counting by key', 'const counts = {}; for (const w of ["a"]) counts[w] = (counts[w] ?? 0) + 1; return counts'],
    [
      'grouping by key',
      'const g = {}; for (const [k, v] of Object.entries({ a: 1 })) { g[k] ??= []; g[k].push(v) } return g',
    ],
    ['keys of an object', 'const o = { a: 1 }; return Object.keys(o).map((k) => o[k])'],
    ['untyped parameters', 'function add(a, b) { return a + b } return [1].map((x, i) => add(x, i))'],
    ['fewer arguments than parameters', 'function f(a, b) { return b ?? a } return f(1)'],
    ['destructured parameters', 'const f = ({ a, b = 1 } = {}) => a + b; return f({ a: 1 })'],
    [
      'options with a default',
      'const f = ({ a, b = 1 } = {}) => a + b; const g = (o = {}) => o.x; return [f({ a: 1 }), g({ x: 1 })]',
    ],
    [
      'a class without declared fields',
      'class A { constructor() { this.x = 1 } get() { return this.x } } return new A().get()',
    ],
    ['a constructor function', 'function P() { this.x = 1 } return new P().x'],
    [
      'arrays that start empty',
      'const a = []; a.push(1); a.push("x"); const o = { items: [] }; o.items.push({ b: 1 }); return [a, o]',
    ],
    ['a reducer with an empty start', 'return [1].reduce((all, x) => { all[x] = 1; return all }, {})'],
    ['a variable that starts as null', 'let best = null; [1].forEach((x) => { best = { x } }); return best.x'],
    ['a variable that changes its type', 'let x = 1; x = "a"; return x'],
    ['a match that may be null', 'const m = "a1".match(/(\\d)/); return [m[1], parseInt(m?.[1])]'],
    ['an element that may be missing', 'return [{ a: 1 }].find((x) => x.a === 1).a'],
    ['an unknown result', 'const r = await mcp.fs.unknown({}); return r.items.map((x) => x.name)'],
    ['sorting by date', 'return [{ d: "2020" }].sort((a, b) => new Date(b.d) - new Date(a.d))'],
    ['a caught error', 'try { await mcp.fs.list() } catch (e) { return e.message }'],
    ['a property hung on an error', 'const e = new Error("x"); e.code = 5; throw e'],
    ['a promise resolved with nothing', 'return await new Promise((resolve) => setTimeout(() => resolve(), 5))'],
    ['a tool chosen at run time', 'const name = String(args.n); return mcp.fs[name]({})'],
    ['a global of its own', 'globalThis.seen = 1; return globalThis.seen'],
    ['a doc comment with types', '/** @param {string} a */ function f(a) { return a } return f(1)'],
  ])('%s', async (_, source) => {
    expect(await codes(source)).toEqual([]);
  });
});

describe('plain JavaScript is still told', () => {
  it.each([
    ['an unknown server', 'const o = {}; o.x = 1; return mcp.nope.x()', 'TS2339'],
    ['an unknown server by key', 'return mcp["nope"].x()', 'TS7053'],
    ['an unknown tool', 'return mcp.fs.nope({})', 'TS2339'],
    ['an unknown tool by key', 'return mcp.fs["nope"]({})', 'TS7053'],
    ['an unknown property of a result', 'const r = await mcp.fs.stat({ path: "x" }); return r.nope', 'TS2339'],
    [
      'an unknown property of a result by key',
      'const r = await mcp.fs.stat({ path: "x" }); return r["nope"]',
      'TS7053',
    ],
    ['an unknown property of a result in place', 'return (await mcp.fs.stat({ path: "x" })).nope', 'TS2339'],
    [
      'an unknown property of a result in a pattern',
      'const { size, nope } = await mcp.fs.stat({ path: "x" }); return nope',
      'TS2339',
    ],
    [
      'an unknown property of a result whose properties are all optional',
      'return (await mcp.fs.probe()).nope',
      'TS2339',
    ],
    ['an unknown property of such a result in a variable', 'const r = await mcp.fs.probe(); return r.nope', 'TS2339'],
    ['an unknown tool of a server that has none', 'return mcp.empty.nope()', 'TS2339'],
    ['a property added to a result', 'const r = await mcp.fs.stat({ path: "x" }); r.nope = 1; return r', 'TS2339'],
    ['a server added to mcp', 'mcp.nope = {}; return 1', 'TS2339'],
    ['a missing argument', 'return mcp.fs.read_file()', 'TS2554'],
    ['a missing property of an argument', 'return mcp.fs.read_file({})', 'TS2741'],
    ['a wrong type in an argument', 'return mcp.fs.read_file({ path: 1 })', 'TS2322'],
    ['a wrong type in an argument made before', 'const a = { path: 1 }; return mcp.fs.read_file(a)', 'TS2345'],
    ['nothing where a tool wants something', 'return mcp.fs.read_file({ path: undefined })', 'TS2322'],
    [
      'nothing where a tool wants an argument',
      'const a = [{ path: "x" }].find((x) => x.path); return mcp.fs.read_file(a)',
      'TS2345',
    ],
    ['a property that the argument does not have', 'return mcp.fs.read_file({ path: "x", nope: 1 })', 'TS2353'],
    ['an unknown name', 'return nope', 'TS2304'],
    ['an unknown property of a string', 'return "x".lenght', 'TS2551'],
    ['a slip in an own object', 'const o = { length: 1 }; return o.lenght', 'TS2551'],
  ])('%s', async (_, source, code) => {
    expect(await codes(source)).toEqual([code]);
  });
});

it('holds a program with types to them', async () => {
  expect(await codes('const o: { a: number } = { a: 1 }; o.b = 2; return o')).toEqual(['TS2339']);
  expect(await codes('const m = "a".match(/a/) as RegExpMatchArray | null; return m[0]')).toEqual(['TS18047']);
  expect(await codes('let x: number = 1; x = "a"; return x')).toEqual(['TS2322']);
  expect(await codes('const f = (a, b: number) => a + b; return f(1, 2)')).toEqual([]);
});
