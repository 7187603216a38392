/**
 * Section H of the hostile inputs: what a program returns, and what must come of it, on both engines alike. The table of
 * all honest values is docs/values.md, which a test of its own runs.
 */

export interface ResultCase {
  /** Begins with the number of the input that it stands for. */
  readonly title: string;
  readonly program: string;
  /** The JSON text of the result, or what the message of the error must match, or the limit that it meets. */
  readonly json?: string;
  readonly refused?: RegExp;
  readonly limit?: string;
  /** The same in a container, where Node's own objects are in scope. */
  readonly container?: Pick<ResultCase, 'json' | 'refused' | 'limit'>;
}

const to = (json: string) => ({ json });
const no = (refused: RegExp) => ({ refused });
const over = { limit: 'resultBytes' };

const KINDS: readonly ResultCase[] = [
  { title: '141: a bigint', program: 'return { a: [1, 2, 3, 1n] }', ...to('{"a":[1,2,3,"1"]}') },
  { title: '141: a symbol', program: 'return { a: [1, 2, 3, Symbol("s")] }', ...no(/^result\.a\[3\] is a symbol/) },
  { title: '141: a function', program: 'return { "a b": () => 1 }', ...no(/^result\["a b"\] is a function/) },
  { title: '141: a tool', program: 'return [mcp.kit.echo]', ...no(/^result\[0\] is a function/) },
  { title: '141: a class', program: 'return class A {}', ...no(/^result is a function/) },
  {
    title: '141: a Map',
    program: 'return new Map([["__proto__", new Map([[1, 2]])]])',
    ...to('{"__proto__":[[1,2]]}'),
  },
  { title: '141: a Set', program: 'return new Set([new Set([1])])', ...to('[[1]]') },
  { title: '141: a WeakMap', program: 'return { w: new WeakMap() }', ...no(/^result\.w is a weak collection/) },
  { title: '141: a WeakRef', program: 'return new WeakRef({})', ...no(/^result is a weak collection or reference/) },
  {
    title: '141: a Date',
    program: 'return [new Date(8.64e15), new Date(NaN)]',
    ...to('["+275760-09-13T00:00:00.000Z",null]'),
  },
  { title: '141: a RegExp', program: 'return /\\/"\\n/gi', ...to('"/\\\\/\\"\\\\n/gi"') },
  {
    title: '141: an Error',
    program: 'return new AggregateError([new TypeError("t")], "a", { cause: "c" })',
    ...to('{"name":"AggregateError","message":"a","cause":"c","errors":[{"name":"TypeError","message":"t"}]}'),
  },
  {
    title: '141: a promise within',
    program: 'return { p: Promise.resolve(1) }',
    ...no(/^result\.p is a promise; await it/),
  },
  {
    title: '141: a promise that rejects within',
    program: 'return [Promise.reject(new Error("inner"))]',
    ...no(/^result\[0\] is a promise/),
  },
  { title: '141: a generator', program: 'return (function* () { yield 1 })()', ...no(/^result is an iterator/) },
  { title: '141: a Proxy', program: 'return new Proxy({ a: 1 }, {})', ...to('{"a":1}') },
  {
    title: '141: a Proxy that was revoked',
    program: 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return { proxy }',
    ...no(/^result\.proxy /),
  },
  {
    title: '141: a Proxy that throws at everything',
    program: 'return new Proxy({}, new Proxy({}, { get() { throw new Error("trap") } }))',
    ...no(/^trap$/),
  },
  {
    title: '141: an ArrayBuffer and views of it',
    program: 'const b = new Uint8Array([1, 2, 3]).buffer; return [b, new DataView(b, 1), new Float32Array(1)]',
    ...to('[[1,2,3],[2,3],[0]]'),
  },
  { title: '141: the global object', program: 'return globalThis', ...to('{}'), container: no(/^result/) },
  { title: '141: the tools', program: 'return mcp', ...no(/^result\.kit/) },
];

const SHAPES: readonly ResultCase[] = [
  { title: '142: a cycle', program: 'const a = { b: [] }; a.b.push({ a }); return a', ...no(/^result\.b\[0\]\.a /) },
  {
    title: '142: a cycle through a Map',
    program: 'const m = new Map(); m.set("m", m); return m',
    ...no(/^result\.m /),
  },
  { title: '142: what is shared', program: 'const s = [1]; return { a: s, b: s }', ...to('{"a":[1],"b":[1]}') },
  {
    title: '142: two to the 40th ways to what is shared',
    program: 'let s = [1]; for (let n = 0; n < 40; n++) s = [s, s]; return s',
    ...over,
  },
  {
    title: '142: 10,000 levels',
    program: 'let a = []; for (let n = 0; n < 1e4; n++) a = [a]; return a',
    ...no(/nested more than 1000 levels/),
  },
  {
    title: '142: a million levels',
    program: 'let a = {}; for (let n = 0; n < 1e6; n++) a = { a }; return a',
    ...no(/nested more than 1000 levels/),
  },
  {
    title: '142: a million keys',
    program: 'const o = {}; for (let n = 0; n < 1e6; n++) o["k" + n] = 0; return o',
    ...over,
  },
  { title: '142: holes', program: 'return [, 1, , ]', ...to('[null,1,null]') },
  { title: '142: a length of 4,294,967,295', program: 'const a = []; a.length = 2 ** 32 - 1; return a', ...over },
  { title: '142: a length that lies', program: 'return { length: 1e9, 0: 1 }', ...to('{"0":1,"length":1000000000}') },
  {
    title: '143: numbers that are none',
    program: 'return [NaN, Infinity, -Infinity, -0]',
    ...to('["NaN","Infinity","-Infinity",0]'),
  },
  { title: '143: nothing at the top', program: 'return NaN', ...to('"NaN"') },
  {
    title: '143: undefined within',
    program: 'return { a: undefined, b: [undefined], c: null }',
    ...to('{"b":[null],"c":null}'),
  },
  {
    title: '150: numbers beyond what is whole',
    program: 'return [2 ** 53 + 1, 1e21, 5e-324, 0x10, 1.7976931348623157e308]',
    ...to('[9007199254740992,1e+21,5e-324,16,1.7976931348623157e+308]'),
  },
];

const CODE: readonly ResultCase[] = [
  {
    title: '145: a toJSON that returns itself',
    program: 'const a = { toJSON() { return a }, b: 1 }; return { a }',
    ...no(/^result\.a\.toJSON is a function/),
  },
  {
    title: '145: a toJSON that throws',
    program: 'return [{ toJSON() { throw new RangeError("mine") } }]',
    ...no(/^result\[0\].*mine/),
  },
  {
    title: '145: a toJSON that returns more and more',
    program: 'const more = () => ({ toJSON: () => [more(), more()] }); return more()',
    ...no(/nested more than|result/),
  },
  { title: '145: a toJSON of 100 MB', program: 'return { toJSON: () => "x".repeat(1e8) }', ...over },
  {
    title: '145: a toJSON that is cyclic',
    program: 'return { toJSON() { const c = []; c.push(c); return c } }',
    ...no(/^result/),
  },
  {
    title: '145: a toJSON on every object',
    program: 'Object.prototype.toJSON = function () { return "mine" }; return { a: 1 }',
    ...to('"mine"'),
  },
  {
    title: '145: a getter that counts',
    program: 'let n = 0; return { get a() { return ++n > 2 ? "again and again" : 1 } }',
    ...to('{"a":1}'),
  },
  {
    title: '145: a getter that throws what is no error',
    program: 'return { get a() { throw null } }',
    ...no(/^result\.a /),
  },
  { title: '146: a tag of a promise', program: 'return { [Symbol.toStringTag]: "Promise", a: 1 }', ...to('{"a":1}') },
  { title: '146: a Proxy of an array', program: 'return new Proxy([1, 2], {})', ...to('[1,2]') },
  {
    title: '146: a Proxy of an array without an end',
    program: 'return new Proxy([], { get: (t, key) => key === "length" ? 2 ** 32 - 1 : 1 })',
    ...over,
  },
  {
    title: '146: a Proxy with keys without an end',
    program:
      'return new Proxy({}, { ownKeys: () => Array.from({ length: 1e5 }, (_, n) => "k" + n), getOwnPropertyDescriptor: () => ({ value: "x".repeat(50), enumerable: true, configurable: true }), get: () => "x".repeat(50) })',
    ...over,
  },
  {
    title: '146: a name of a class that is none',
    program:
      'class Date2 { static name = {}; constructor() { this.constructor = { name: "Map" } } } return new Date2()',
    ...to('{"constructor":{"name":"Map"}}'),
  },
  {
    title: '146: a prototype of a builtin around nothing',
    program: 'return Object.create(Map.prototype)',
    ...no(/^result (?:looks like|could not|is )/),
  },
  {
    title: '147: a thenable that resolves twice',
    program: 'return { then(ok, no) { ok(1); ok(2); no(3); throw 4 } }',
    ...to('1'),
  },
  {
    title: '147: a thenable that resolves with itself',
    program: 'const t = { then(ok) { ok(p) } }; const p = (async () => t)(); return p',
    ...no(/cycle|itself|promise/i),
  },
  { title: '147: a then that throws', program: 'return { get then() { throw new Error("mine") } }', ...no(/mine/) },
  {
    title: '147: 10,000 thenables in each other',
    program: 'let t = 1; for (let n = 0; n < 1e4; n++) { const inner = t; t = { then: (ok) => ok(inner) } } return t',
    ...to('1'),
  },
  {
    title: '147: a then on every object',
    program: 'Object.prototype.then = function (ok) { delete Object.prototype.then; ok("mine") }; return {}',
    ...to('"mine"'),
  },
];

export const TEXTS: readonly string[] = [
  'a\ud800b',
  '\udc00',
  'a\u0000b',
  '\u2028\u2029\u0085',
  '\u202eevil\u2066',
  '\u001b[2J\u001b]0;t\u0007\u009b',
  '👨‍👩‍👧‍👦🏳️‍🌈',
  `z${'\u0300'.repeat(5_000)}`,
  '\ufeffbom',
  '</script><!--',
  '"}],"isError":false,"x":[{"',
  '\r\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\r\n\r\n',
  'x'.repeat(900_000),
];

const STRINGS: readonly ResultCase[] = [
  ...TEXTS.map((text, at) => ({
    title: `149: the text ${JSON.stringify(text.slice(0, 30))}`,
    program: `const text = ${at === TEXTS.length - 1 ? '"x".repeat(900_000)' : JSON.stringify(text)}; return { [text.slice(0, 9)]: text }`,
    ...to(JSON.stringify({ [text.slice(0, 9).toWellFormed()]: text.toWellFormed() })),
  })),
  { title: '149: one line of 10 MB', program: 'return "x".repeat(10_000_000)', ...over },
];

export const RESULT_CASES: readonly ResultCase[] = [...KINDS, ...SHAPES, ...CODE, ...STRINGS];
