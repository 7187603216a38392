/** Inputs 55 to 69: every kind of memory that a program can take, most of which V8's heap cap does not count. */
import { expect } from 'vitest';
import type { Outcome } from '../../../src/program/outcome.ts';
import { type MemoryCase, OUT_OF_MEMORY, OUT_OF_MEMORY_OR_REFUSED, OUT_OF_MEMORY_OR_TIME } from './memory-case.ts';

const bomb = (title: string, program: string): MemoryCase => ({
  title,
  program,
  outcome: OUT_OF_MEMORY_OR_REFUSED,
});
const slowBomb = (title: string, program: string): MemoryCase => ({ title, program, outcome: OUT_OF_MEMORY_OR_TIME });

export const HEAP_CASES: readonly MemoryCase[] = [
  { title: '55: a list that grows by objects', program: 'const a = []; for (;;) a.push({})', outcome: OUT_OF_MEMORY },
  bomb('56: a billion places filled', 'new Array(1e9).fill(0)'),
  bomb('56: four billion places joined', "Array(2 ** 32 - 1).join('x')"),
  bomb(
    '56: a hundred lists of ten million places',
    'const a = []; for (let n = 0; n < 100; n++) a.push(new Array(1e7).fill(n))',
  ),
  bomb('57: a string that doubles', "let s = 'x'; for (;;) { s += s; s.charCodeAt(s.length >> 1) }"),
  bomb('57: a string of 2^27 characters split into each', "'a'.repeat(2 ** 27).split('')"),
  bomb('57: a string spread', "[...'ab'.repeat(2 ** 26)]"),
  bomb('57: strings joined without end', "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length)"),
  bomb('59: a Map that grows to its end', 'const m = new Map(); for (let n = 0; ; n++) m.set(n, n)'),
  bomb('59: a Set that grows to its end', 'const s = new Set(); for (let n = 0; ; n++) s.add(n)'),
  bomb('59: a million small Maps', 'const a = []; for (;;) a.push(new Map([[1, 1]]))'),
  {
    // V8 gives up on such a string deep inside, where isolated-vm used to park the only thread until the deadline came.
    title: '57: a string of 400 MB made flat',
    program: "'x'.repeat(4e8).charCodeAt(2e8); for (const a = []; ; ) a.push('x'.repeat(1e8 + a.length).at(-1))",
    outcome: OUT_OF_MEMORY,
  },
];

export const SLOW_CASES: readonly MemoryCase[] = [
  slowBomb(
    '64: regular expressions with huge automata',
    "for (let n = 0; ; n++) new RegExp('(?:a?b?c?){1,1000}'.repeat(200) + n).test('abc'.repeat(1_000))",
  ),
  slowBomb(
    '64: distinct regular expressions, compiled',
    "const all = []; for (let n = 0; ; n++) { const r = new RegExp('(?:a|b' + n + '){1,200}c'); r.test('a'.repeat(50)); all.push(r) }",
  ),
  slowBomb('65: promises that nobody settles', 'const all = []; for (;;) all.push(new Promise(() => {}))'),
  slowBomb(
    '65: microtasks that double',
    'const twice = () => { queueMicrotask(twice); queueMicrotask(twice) }; twice(); await sleep(60_000)',
  ),
  slowBomb('66: registered symbols', "for (let n = 0; ; n++) Symbol.for('k'.repeat(1_000) + n)"),
  slowBomb(
    '67: functions made of text',
    "const all = []; for (let n = 0; ; n++) all.push(new Function('return ' + n + '+' + '1+'.repeat(2_000) + '1'))",
  ),
  slowBomb('67: closures', 'const all = []; for (;;) { const held = [1, 2, 3]; all.push(() => held) }'),
  slowBomb('67: classes', "const all = []; for (;;) all.push(eval('(class { a = 1; b() {} static c = [] })'))"),
];

/** (module (memory 1 65536)), (module (table 9000000 funcref)) */
const WASM_MEMORY = 'new WebAssembly.Memory({ initial: 256, maximum: 65536 })';

export const BUFFER_CASES: readonly MemoryCase[] = [
  bomb('60: a typed array of two gigabytes', 'new Uint8Array(2 ** 31).fill(1)'),
  bomb('60: typed arrays of a megabyte without end', 'const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1))'),
  bomb(
    '60: array buffers copied without end',
    'const all = []; const one = new ArrayBuffer(4e6); for (;;) all.push(one.slice(0))',
  ),
  bomb(
    '60: structuredClone without end',
    'const all = []; const one = new Uint8Array(4e6).fill(1); for (;;) all.push(structuredClone(one))',
  ),
  bomb(
    '60: encoded text without end',
    "const all = []; const text = 'ä'.repeat(1e6); for (;;) all.push(new TextEncoder().encode(text))",
  ),
  // V8 counts none of the following: what ends them is the bound of the system, or the watchdog.
  bomb(
    '61: an array buffer that is resized to a gigabyte',
    'const b = new ArrayBuffer(8, { maxByteLength: 2 ** 31 }); b.resize(2 ** 30); new Uint8Array(b).fill(1)',
  ),
  bomb(
    '61: resizable array buffers without end',
    'const all = []; for (;;) { const b = new ArrayBuffer(8, { maxByteLength: 2 ** 26 }); b.resize(2 ** 26); new Uint8Array(b).fill(1); all.push(b) }',
  ),
  bomb(
    '62: a SharedArrayBuffer that grows',
    'const b = new SharedArrayBuffer(8, { maxByteLength: 2 ** 31 }); for (let n = 2 ** 24; ; n += 2 ** 24) { b.grow(n); new Uint8Array(b).fill(1) }',
  ),
  bomb(
    '62: a memory of WebAssembly that grows',
    `const m = ${WASM_MEMORY}; for (;;) { m.grow(256); new Uint8Array(m.buffer).fill(1) }`,
  ),
  bomb(
    '62: many small memories of WebAssembly',
    `const all = []; for (;;) { const m = ${WASM_MEMORY}; new Uint8Array(m.buffer).fill(1); all.push(m) }`,
  ),
  bomb(
    '62: tables of WebAssembly',
    "const all = []; for (;;) all.push(new WebAssembly.Table({ initial: 9e6, element: 'anyfunc' }))",
  ),
  bomb(
    '62: Intl objects',
    "const all = []; for (let n = 0; ; n++) all.push(new Intl.DateTimeFormat('en', { timeZone: 'UTC' }), new Intl.NumberFormat('de'), new Intl.Collator('sv'))",
  ),
];

export const OUTPUT_CASES: readonly MemoryCase[] = [
  {
    title: '68: an argument of 400 MB is refused before it is copied, and the program goes on',
    program: "return mcp.kit.echo({ text: 'x'.repeat(4e8) }).catch(({ code, message }) => [code, message])",
    outcome: {
      kind: 'completed',
      result: ['invalid-arguments', expect.stringMatching(/at least 4\d{8} bytes of JSON; the limit argsBytes is/)],
      toolCalls: [],
    },
  },
  {
    title: '68: a million small arguments in one call are refused as well',
    program: 'return mcp.kit.echo({ list: Array(2e6).fill(1) }).catch(({ code }) => code)',
    outcome: { kind: 'completed', result: 'invalid-arguments', toolCalls: [] },
  },
  {
    title: '69: a result of 500 MB is refused with its size',
    program: "return ['x'.repeat(5e8)]",
    outcome: {
      kind: 'limit-exceeded',
      error: { limit: 'resultBytes', message: expect.stringMatching(/at least 5\d{8} bytes/) },
    },
  },
  {
    title: '69: a result that names one large text a thousand times is refused without being written',
    program: "const text = 'x'.repeat(1e6); return Array(1_000).fill(text)",
    outcome: { kind: 'limit-exceeded', error: { limit: 'resultBytes' } },
  },
  {
    title: '69: an error message of megabytes is cut',
    program: "throw new Error('x'.repeat(5e6))",
    outcome: { kind: 'program-threw', error: { name: 'Error', message: expect.stringMatching(/^x{1000,10000}/) } },
  },
  {
    title: '69: an error with a name, a stack and a cause of megabytes is cut',
    program:
      "const huge = 'x'.repeat(2e6); throw Object.assign(new Error('small', { cause: huge }), { name: huge, stack: 'Error: small\\n    at ' + huge })",
    outcome: { kind: 'program-threw', error: { message: 'small' } },
  },
  {
    title: '69: log lines of megabytes are cut',
    program: "console.log('x'.repeat(5e6)); console.error({ text: 'y'.repeat(5e6) }); return 1",
    outcome: {
      kind: 'completed',
      result: 1,
      logs: [{ text: expect.stringMatching(/^x{100}/) }, { text: expect.stringMatching(/y{100}/) }],
    },
  },
  {
    title: '69: an unhandled rejection of megabytes is cut',
    program: "Promise.reject(new Error('x'.repeat(5e6))); await sleep(5); return 1",
    outcome: { kind: 'completed', result: 1 },
  },
  ...[
    "throw new Error('x'.repeat(1e8))",
    "console.log('x'.repeat(4e8))",
    "Promise.reject('x'.repeat(4e8)); await sleep(5)",
  ].map((program) => ({
    title: `69: ${program} is more than its memory, where it is not cut before`,
    program,
    outcome: expect.toSatisfy(
      ({ kind, error }: Outcome) => kind === 'completed' || kind === 'program-threw' || error?.limit === 'heapMb',
    ),
  })),
];
