// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are programs
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTypechecker } from '../../../../../src/compile/typescript/typecheck.ts';
import { LIMITS, NEVER, read, SILENT } from '../../fixture.ts';

const DECLARATIONS = `
interface Weather { temperature: number; conditions: string; kind: "sun" | "rain"; wind?: number; station?: { name: string }; hours: { t: number; at: string }[]; ok: boolean }
declare const mcp: { w: { get(args: { at: string }): Promise<Weather>; text(): Promise<string>; raw(): Promise<any> } };
declare const args: { limit: number; from?: string };
`;
const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());

const codes = async (source: string) =>
  (await checker.check(read(source), DECLARATIONS, NEVER)).map(({ code }) => code);
const GET = 'const w = await mcp.w.get({ at: "x" });';

describe('what JavaScript does with values of its own passes', () => {
  it.each([
    'const a = new Date(), b = new Date(); return [a - b, a - 5, a < 5, a > Date.now(), new Date() - a]',
    'return [{ d: "2020" }].sort((a, b) => new Date(b.d) - new Date(a.d))',
    'return ["5" * 1, "5" - 0, "5" / 1, "6" * "7"]',
    'const [a, b] = "1,2".split(","); return [a * b, a > 1, b - 0]',
    'const rows = [{ ok: true, n: "5" }]; rows.sort((a, b) => a.ok - b.ok); return rows.map((r) => r.n * 2)',
    'let found = false; [1].forEach(() => { found = true }); return found === true',
    'let mode = "a"; const go = () => { mode = "b" }; go(); return mode === "b"',
    'let n = 0; n += [1].length > 0; return n',
    'return [1, 2].find((x) => x > 5).toFixed()',
    'const m = new Map([["a", [1]]]); m.get("a").push(2); return [...m]',
    'return "a1".match(/\\d/)[0] * 2',
    'return [].concat([1], [[2]].flat(), "x").pop()',
    'const start = new Date(); return `${(new Date() - start) / 1000}`',
    'const price = (1 / 3).toFixed(2); return price > 5 ? price * 2 : price',
    'const cfg = { limit: 10 }; return cfg.limit > "5"',
  ])('%s', async (source) => {
    expect(await codes(source)).toEqual([]);
  });
});

describe('what JavaScript does with a result passes, where it means something', () => {
  it.each([
    ['a date made of it', 'return [new Date(w.temperature) > w.temperature, new Date() - w.temperature]'],
    ['dates made of its parts', 'return w.hours.sort((a, b) => new Date(a.at) - new Date(b.at))'],
    ['a number made of a text', 'return [w.conditions * 1, w.conditions - 0, w.conditions / 1, +w.conditions]'],
    ['booleans as numbers', 'return [w.ok * 1, w.ok - w.ok, w.ok + w.ok]'],
    ['a comparison that converts', 'return w.temperature == "30"'],
    [
      'an optional part that was asked for',
      'return [w.wind?.toFixed(), w.station?.name.length > 3, (w.wind ?? 0) > 3]',
    ],
    ['an optional part behind a check', 'if (!w.station) return 0; return w.station.name'],
    ['a text made of a number', 'const t = w.temperature.toFixed(1); return [t * 2, t > 3, t + w.temperature]'],
    ['a search among its parts', 'return w.hours.find((hour) => hour.t > 3).at'],
    ['a result of unknown type', 'const r = await mcp.w.raw(); return r.a * 2 > "3" && r.b.c === 1'],
  ])('%s', async (_, source) => {
    expect(await codes(`${GET} ${source}`)).toEqual([]);
  });
});

describe('a slip with the type of a result is told', () => {
  it.each([
    ['a number beside a text', 'return w.temperature > "30"', 'TS2365'],
    ['a text beside a number', 'return 30 < w.conditions', 'TS2365'],
    ['two parts of it', 'return w.temperature <= w.conditions', 'TS2365'],
    ['a sum beside a text', 'return w.temperature + 1 + 2 > "30"', undefined],
    ['a product with a text', 'return w.temperature * w.conditions', 'TS2363'],
    ['a product of a text', 'return w.conditions * 2', 'TS2362'],
    ['a value that it never has', 'return w.kind === "snow"', 'TS2367'],
    ['a number that is never a text', 'return w.temperature !== "30"', 'TS2367'],
    ['an optional part', 'return w.station.name', 'TS18048'],
    ['an optional number', 'return w.wind > 3', 'TS18048'],
    ['a part of an item', 'return w.hours[0].t > "3"', 'TS2365'],
    ['a part of an item in a callback', 'return w.hours.filter((hour) => hour.t > "3")', 'TS2365'],
    ['a part that was taken out in a callback', 'return w.hours.filter(({ at }) => at * 2)', 'TS2362'],
    ['a part that was taken out', 'const { temperature } = w; return temperature > "30"', 'TS2365'],
    ['a part that was renamed', 'const { kind: sky = "sun" } = w; return sky === "snow"', 'TS2367'],
    ['a part with a name of its own', 'const limit = w.temperature; return limit > "30"', 'TS2365'],
    ['a result in place', 'return (await mcp.w.get({ at: "x" })).temperature > "30"', 'TS2365'],
    ['a text as a whole', 'const text = await mcp.w.text(); return text * 2', 'TS2362'],
    [
      'one of many results',
      'const all = await Promise.all([mcp.w.get({ at: "x" })]); return all[0].kind === "snow"',
      'TS2367',
    ],
    ['typed args', 'return args.limit > "30"', 'TS2365'],
    ['optional args', 'return args.from.length', 'TS18048'],
  ])('%s', async (_, source, code) => {
    expect(await codes(`${GET} ${source}`)).toEqual(code === undefined ? [] : [code]);
  });

  it('with what would be right', async () => {
    const [found] = await checker.check(read(`${GET} return w.conditions * 2`), DECLARATIONS, NEVER);
    expect(found?.hint).toBe('Convert it first: `Number(…)`, or `.getTime()` of a Date.');
  });
});

it('reads a program of slips without end, and lets go of those that it does not read', async () => {
  const found = await codes(`${GET} return [${'w.kind === "snow",\n'.repeat(3_000)}]`);
  expect(found).toEqual(Array.from({ length: LIMITS.diagnostics }, () => 'TS2367'));
});

it('comes to an end where variables are made of each other', async () => {
  const source =
    'var c = c, a = b; var b = a; const take = { c }; const { c: d } = take; return [a > w.temperature, c - "x", b === "x"]';
  expect(await codes(`${GET} ${source}`)).toEqual([]);
});
