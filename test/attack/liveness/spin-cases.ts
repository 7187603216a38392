/** Inputs 33 to 54: loops, promises, builtins that cannot be interrupted, and code that runs where nobody expects it. */
import { expect } from 'vitest';
import { ENDED, type LivenessCase, TIMED_OUT } from './liveness-case.ts';

const spin = (title: string, program: string): LivenessCase => ({ title, program, outcome: TIMED_OUT });
const OUT_OF_WALL = { kind: 'limit-exceeded', error: { limit: 'wallMs', value: 1_000 } };
/** (module (func (export "a") (loop (br 0)))) */
const WASM_LOOP = '0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,97,0,0,10,9,1,7,0,3,64,12,0,11,11';

export const LOOP_CASES: readonly LivenessCase[] = [
  spin('33: while (true) {} is ended', 'while (true) {}'),
  spin('34: for (;;) await 0 is ended', 'for (;;) await 0;'),
  spin(
    '34: microtasks that make microtasks are ended',
    'const again = () => queueMicrotask(again); again(); await sleep(60_000);',
  ),
  spin('35: a loop after an awaited call is ended', 'await mcp.kit.echo({}); while (true) {}'),
  spin('35: a loop in the handler of a failed call is ended', 'await mcp.kit.fail({}).catch(() => { for (;;); });'),
  spin('35: a loop in a timer is ended', 'setTimeout(() => { for (;;); }, 1); await sleep(60_000);'),
  {
    title: '37: a promise that nobody settles meets the deadline, not an early end of its sandbox',
    program: 'await new Promise(() => {});',
    outcome: OUT_OF_WALL,
  },
  {
    title: '37: a thenable that never answers meets it too',
    program: 'return { then() {} }',
    outcome: OUT_OF_WALL,
  },
  {
    title: '51: a loop of console.log is ended, with its first and last lines',
    program: 'for (let n = 0; ; n++) console.log("line " + n)',
    outcome: { ...TIMED_OUT, logs: expect.arrayContaining([expect.objectContaining({ text: 'line 0' })]) },
  },
  spin(
    '54: a recursion that goes on whenever its stack overflows is ended',
    'function f() { try { f() } catch { f() } } f()',
  ),
  spin(
    '54: the same through getters and Proxies is ended',
    'const p = new Proxy({}, { get(t, k, r) { try { return r[k] } catch { return r[k] } } }); p.x',
  ),
];

export const BUILTIN_CASES: readonly LivenessCase[] = [
  spin('39: /^(a+)+$/ is ended', "/^(a+)+$/.test('a'.repeat(40) + 'b')"),
  spin('39: /(x+x+)+y/ is ended', "/(x+x+)+y/.test('x'.repeat(40))"),
  spin('39: a replace that backtracks over a long text is ended', '"a".repeat(6e4).replace(/(a|aa)+$b/g, "")'),
  ...['includes', 'indexOf', 'lastIndexOf', 'join', 'reverse', 'fill'].map((method) => ({
    title: `40: Array.prototype.${method} on a length of 2^53 - 1 cannot be interrupted, so its process is killed`,
    program: `return Array.prototype.${method}.call({ length: 2 ** 53 - 1 }, 1) === 1`,
    outcome: ENDED,
  })),
  spin('42: the sort of a sparse list is ended', 'const a = []; a[4294967294] = 1; a.sort()'),
  {
    title: '43: the BigInt of a hundred million digits is ended',
    program: 'return BigInt("1".repeat(1e8)) > 1n',
    outcome: ENDED,
  },
  { title: '43: the division of huge BigInts is ended', program: 'for (;;) (1n << (1n << 29n)) / 3n', outcome: ENDED },
  {
    title: '43: a BigInt of 2^25 bits as text is ended',
    program: 'for (;;) ((1n << (1n << 25n)) - 1n).toString()',
    outcome: ENDED,
  },
  spin('45: sorts of typed arrays are ended', 'for (;;) new Float64Array(1e5).map(Math.random).sort()'),
  { title: '45: a typed array of a gigabyte is not had', program: 'new Uint8Array(2 ** 30).sort()', outcome: ENDED },
  spin('46: Atomics.wait for ever is ended', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'),
  spin(
    '52: a loop of WebAssembly is ended',
    `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${WASM_LOOP}]))).exports.a()`,
  ),
  {
    title: '52: a module of WebAssembly that is huge is compiled within the limits or not at all',
    // A function body of 12 MB of nops.
    program: `
      const size = 12_000_000, leb = (n) => { const out = []; do { out.push((n & 127) | (n > 127 ? 128 : 0)); n >>>= 7 } while (n > 0); return out };
      const code = [1, ...leb(size + 2), 0], head = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, ...leb(code.length + size + 1), ...code];
      const bytes = new Uint8Array(head.length + size + 1).fill(1); bytes.set(head); bytes[bytes.length - 1] = 11;
      for (;;) new WebAssembly.Instance(new WebAssembly.Module(bytes));`,
    outcome: { kind: expect.stringMatching(/^(?:limit-exceeded|program-threw)$/) },
  },
];

export const HIDDEN_CASES: readonly LivenessCase[] = [
  ...['stack', 'message', 'name', 'code', 'cause'].map((key) => ({
    title: `48: a thrown object whose ${key} never returns is ended or told`,
    program: `throw { get ${key}() { for (;;); } }`,
    // What the host does not ask for is no danger: such an object is told like any other.
    outcome: { kind: expect.stringMatching(/^(?:limit-exceeded|program-threw)$/) },
  })),
  spin(
    '48: an error whose stack is prepared for ever is ended',
    "Error.prepareStackTrace = () => { for (;;); }; throw new Error('x')",
  ),
  spin(
    '48: a thrown Proxy whose traps never return is ended',
    'throw new Proxy({}, { get() { for (;;); }, getPrototypeOf() { for (;;); } })',
  ),
  spin(
    '48: a rejection that nobody handles is not asked for ever either',
    "Promise.reject(new Proxy(new Error('x'), { get() { for (;;); } })); await sleep(60_000)",
  ),
  spin('49: a result with a getter that never returns is ended', 'return { get a() { for (;;); } }'),
  spin('49: a result with a toJSON that never returns is ended', 'return { toJSON() { for (;;); } }'),
  spin('49: a result that is a Proxy with endless keys is ended', 'return new Proxy({}, { ownKeys() { for (;;); } })'),
  {
    title: '49: a result of billions of items is refused as soon as it is too large',
    program: 'return new Proxy([], { get: (_, key) => key === "length" ? 2 ** 32 : {} })',
    outcome: { kind: 'limit-exceeded', error: { limit: expect.stringMatching(/^(?:resultBytes|cpuMs|wallMs)$/) } },
  },
  spin('49: arguments with a getter that never returns are ended', 'await mcp.kit.echo({ get a() { for (;;); } })'),
];

/** What has an answer of its own, however long a busy machine takes for it. */
export const ANSWERED_CASES: readonly LivenessCase[] = [
  {
    title: '36: for (;;) await tool() spends its calls',
    program: 'for (;;) await mcp.kit.echo({})',
    outcome: { kind: 'program-threw', error: { name: 'ToolError', message: expect.stringMatching(/limit toolCalls/) } },
  },
  {
    title: '36: a program that ignores that its calls are spent is ended',
    program: 'for (;;) await mcp.kit.echo({}).catch(() => {});',
    outcome: { kind: 'limit-exceeded', error: { limit: 'toolCalls', value: 20 } },
  },
  {
    title: '46: Atomics.waitAsync does no harm to its process',
    program:
      'const { value } = Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); await Promise.race([value, sleep(50)]); return 1',
    outcome: { kind: 'completed', result: 1 },
  },
  {
    title: '48: toString and valueOf of what is thrown are asked by nobody',
    program: 'throw { toString() { for (;;); }, valueOf() { for (;;); }, [Symbol.toPrimitive]() { for (;;); } }',
    outcome: { kind: 'program-threw', error: { name: 'Error' } },
  },
  {
    title: '53: a million timers are too many',
    program: 'for (let n = 0; n < 1e6; n++) setTimeout(() => {}, 1)',
    outcome: { kind: 'program-threw', error: { name: 'RangeError', message: expect.stringMatching(/10000 timers/) } },
  },
];
