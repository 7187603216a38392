/**
 * What every engine does alike, whatever its sandboxes are: one suite, called by a short file for each engine. A
 * behaviour that only one engine has is tested beside it, never here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { ToolReply } from '../../../src/run/call-tool.ts';
import { type Bench, createBench } from './bench.ts';
import { describeLimits, describeRuns } from './ends-and-runs.ts';

/** `skip` is why the engine cannot be had here. */
export function engineContract(name: string, makeEngine: () => Engine, skip?: string): void {
  describe.skipIf(skip !== undefined)(`the ${name} engine${skip ? ` (skipped: ${skip})` : ''}`, () => {
    let bench: Bench;
    beforeAll(() => {
      bench = createBench(makeEngine());
    });
    afterAll(() => bench.close());
    const theBench = () => bench;
    describe('results', () => describeResults(theBench));
    describe('tools', () => describeTools(theBench));
    describe('logs', () => describeLogs(theBench));
    describe('errors', () => describeErrors(theBench));
    describe('limits', () => describeLimits(theBench));
    describe('runs', () => describeRuns(theBench, makeEngine));
  });
}

type TheBench = () => Bench;

function describeResults(bench: TheBench): void {
  it('returns what the program returns, as JSON', async () => {
    const program = 'return { list: [1, 2.5, -0], text: "ü\\u{1F600}\\ud800", none: null, deep: { a: [{ b: true }] } }';
    const { list, ...rest } = (await bench().result(program)) as { list: unknown };
    expect(list).toEqual([1, 2.5, 0]);
    expect(rest).toMatchObject({ none: null, deep: { a: [{ b: true }] } });
  });

  it('has no result where the program returns nothing', async () => {
    const { end } = await bench().run('const unused = 1;');
    expect(end).toEqual({ kind: 'completed' });
  });

  it('runs every form of program', async () => {
    expect(await bench().result('export default async (args) => args.n + 1', { args: { n: 1 } })).toBe(2);
    expect(await bench().result('async ({ n }: { n: number }) => n * 2', { args: { n: 4 } })).toBe(8);
    expect(await bench().result('export default { answer: 42 }')).toEqual({ answer: 42 });
  });

  it('gives the program its args, also a large one', async () => {
    const text = 'ä€'.repeat(100_000);
    expect(await bench().result('return [args.text.length, args.n]', { args: { text, n: null } })).toEqual([
      200_000,
      null,
    ]);
  });

  it('refuses a result that is no data, saying where and why', async () => {
    const { end } = await bench().run('return { a: [1, () => 2] }');
    expect(end).toMatchObject({ kind: 'program-threw', error: { name: 'TypeError' } });
    expect(end.kind === 'program-threw' && end.error.message).toMatch(/^result\.a\[1\] is a function/);
  });

  it('renders dates, maps, big numbers and classes by the same rules', async () => {
    const program = 'return [new Date(0), new Map([["a", 1]]), 10n, new (class P { x = 1 })(), new Uint8Array([1, 2])]';
    const [date, map, big, point] = (await bench().result(program)) as unknown[];
    expect(date).toBe('1970-01-01T00:00:00.000Z');
    expect([map, big, point]).toEqual([expect.anything(), expect.anything(), { x: 1 }]);
  });

  it('survives a program that replaces builtins', async () => {
    const program = `
      JSON.stringify = () => 'fake'; Array.prototype.map = null; Array.prototype.push = () => { throw 1 };
      Object.prototype.get = 'fake'; Array.prototype[Symbol.iterator] = null;
      return { a: [1, 2] };`;
    expect(await bench().result(program)).toEqual({ a: [1, 2] });
  });
}

function describeTools(bench: TheBench): void {
  it('calls a tool and hands its value to the program', async () => {
    const report = await bench().run('return await mcp.kit.echo({ text: "ü", list: [1] })');
    expect(report.end).toEqual({ kind: 'completed', result: { text: 'ü', list: [1] } });
    expect(report.toolCalls).toEqual([{ server: 'kit', tool: 'echo', ms: expect.any(Number), ok: true }]);
  });

  it('has calls under Promise.all in flight at the same time', async () => {
    let open = 0;
    const all = Promise.withResolvers<ToolReply>();
    const callTool = () => {
      open += 1;
      // Nobody is answered before all five have arrived.
      if (open === 5) all.resolve({ kind: 'value', value: 'ok' });
      return all.promise;
    };
    const program = 'return (await Promise.all([1, 2, 3, 4, 5].map((n) => mcp.kit.echo({ n })))).length';
    expect(await bench().result(program, { callTool })).toBe(5);
  });

  it('throws a ToolError with its fields and the line of the call', async () => {
    const program = `
const pass = 1;
try { await mcp.kit.fail({ a: 1 }) } catch (error) {
  const { name, server, tool, code, message, retryable, details } = error;
  return { is: error instanceof ToolError && error instanceof Error, name, server, tool, code, message, retryable, details };
}`;
    const fields = { server: 'kit', tool: 'fail', code: 'upstream-error', message: 'It broke.', retryable: true };
    expect(await bench().result(program)).toEqual({
      is: true,
      name: 'ToolError',
      ...fields,
      details: { given: { a: 1 } },
    });
    const thrown = 'const a = 1;\nawait mcp.kit.fail({});';
    expect(await bench().thrownAt(thrown, (await bench().run(thrown)).end)).toMatchObject({ line: 2 });
  });

  it('takes a tool result of megabytes whole', async () => {
    expect(await bench().result('return (await mcp.kit.big({ chars: 3_500_000 })).length')).toBe(3_500_000);
  });

  it('refuses arguments that are no data, before they leave', async () => {
    const report = await bench().run(
      'return mcp.kit.echo({ f: () => 1 }).catch((error) => [error.code, error.message])',
    );
    expect(report.end).toMatchObject({
      result: ['invalid-arguments', expect.stringMatching(/^arguments\.f is a function/)],
    });
    expect(report.toolCalls).toEqual([]);
  });

  it('reports and aborts a call that nobody awaited', async () => {
    const aborted = Promise.withResolvers<void>();
    const callTool = (_call: unknown, signal: AbortSignal) => {
      signal.addEventListener('abort', () => aborted.resolve(), { once: true });
      return new Promise<never>(() => {});
    };
    const report = await bench().run('mcp.kit.hang({}); return 1', { callTool });
    expect(report.end).toEqual({ kind: 'completed', result: 1 });
    const stack = expect.stringContaining('program.js');
    expect(report.unawaited).toEqual([{ server: 'kit', tool: 'hang', isAborted: true, stack }]);
    expect(report.toolCalls).toMatchObject([{ ok: false, code: 'unawaited-tool-call' }]);
    await aborted.promise;
  });

  it('refuses calls beyond the budget and lets the program go on', async () => {
    const program = `
      const codes = [];
      for (let n = 0; n < 4; n++) codes.push(await mcp.kit.echo({ n }).then(() => 'ok', (error) => error.code));
      return codes;`;
    expect(await bench().result(program, { limits: { toolCalls: 2 } })).toEqual([
      'ok',
      'ok',
      'budget-spent',
      'budget-spent',
    ]);
  });
}

function describeLogs(bench: TheBench): void {
  it('brings lines in order, with their levels and times', async () => {
    const program = `
      console.debug('d'); console.info('i', 1); console.log({ a: [1] }); console.warn('w'); console.error(new Error('e').message);`;
    const { logs, truncated } = await bench().run(program);
    expect(logs.map(({ level, text }) => [level, text])).toEqual([
      ['debug', 'd'],
      ['info', 'i 1'],
      ['log', '{ a: [ 1 ] }'],
      ['warn', 'w'],
      ['error', 'e'],
    ]);
    expect(truncated).toBeUndefined();
    for (const { atMs } of logs) expect(atMs).toBeGreaterThanOrEqual(0);
  });

  it('keeps the first and the last lines of a flood, and counts the rest', async () => {
    const { logs, truncated, end } = await bench().run(
      'for (let n = 0; n < 5_000; n++) console.log("line " + n); return 1',
    );
    expect(end).toEqual({ kind: 'completed', result: 1 });
    expect(logs.length).toBeLessThanOrEqual(1_000);
    expect(logs[0]?.text).toBe('line 0');
    expect(logs.at(-1)?.text).toBe('line 4999');
    expect(logs.length + (truncated?.logLines ?? 0)).toBe(5_000);
  });

  it('brings what was printed before a program is ended by force', async () => {
    const { logs, end } = await bench().run('console.log("last words"); for (;;);', { limits: { wallMs: 700 } });
    expect(end.kind).toBe('limit-exceeded');
    expect(logs.map(({ text }) => text)).toEqual(['last words']);
  });
}

function describeErrors(bench: TheBench): void {
  it.each([
    ['while the program waits', 'Promise.reject(new RangeError("lost")); await sleep(20); return 1'],
    ['as the last thing it does', 'const main = async () => { throw new RangeError("lost"); };\nmain();\nreturn 1'],
  ])('tells of a rejection that nobody handled %s, and keeps the result', async (_when, program) => {
    const { uncaught, end } = await bench().run(program);
    expect(end).toEqual({ kind: 'completed', result: 1 });
    const stack = expect.stringContaining('program.js');
    expect(uncaught).toEqual([{ from: 'promise', error: { name: 'RangeError', message: 'lost', stack } }]);
  });

  it('tells of a rejection that is no error', async () => {
    const { uncaught } = await bench().run('Promise.reject(7); return 1');
    expect(uncaught).toEqual([{ from: 'promise', error: { name: 'Error', message: '7', stack: '' } }]);
  });

  it('tells of what a timer threw, and goes on', async () => {
    const { uncaught, end } = await bench().run(
      'setTimeout(() => { throw new TypeError("late"); }, 1); await sleep(50); return 2',
    );
    expect(end).toEqual({ kind: 'completed', result: 2 });
    const stack = expect.stringContaining('program.js');
    expect(uncaught).toEqual([{ from: 'timer', error: { name: 'TypeError', message: 'late', stack } }]);
  });

  it('keeps no more than twenty such errors', async () => {
    const program =
      'for (let n = 0; n < 100; n++) setTimeout(() => { throw new Error(String(n)); }, 1); await sleep(100);';
    const { uncaught } = await bench().run(program);
    expect(uncaught.map(({ error }) => error.message)).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
  });

  it('brings what an error was caused by, and what it is made of', async () => {
    const program = `
      const inner = new AggregateError([new TypeError('a'), 'b'], 'both');
      throw new Error('outer', { cause: inner });`;
    const { end } = await bench().run(program);
    const errors = [
      { name: 'TypeError', message: 'a' },
      { name: 'Error', message: 'b', stack: '' },
    ];
    const cause = { name: 'AggregateError', message: 'both', errors };
    expect(end).toMatchObject({ kind: 'program-threw', error: { message: 'outer', cause } });
  });

  it('tells name, message and the place of an error', async () => {
    const program = 'const a = 1;\nfunction inner() {\n  throw new RangeError("too much");\n}\nawait null;\ninner();';
    const { end } = await bench().run(program);
    expect(end).toMatchObject({ kind: 'program-threw', error: { name: 'RangeError', message: 'too much' } });
    expect(await bench().thrownAt(program, end)).toEqual({ line: 3, column: 9 });
  });

  it('tells of anything that can be thrown', async () => {
    const messages = [];
    for (const thrown of ['"text"', '{ a: 1 }', 'null', 'new Proxy({}, { get() { throw 1 } })']) {
      const { end } = await bench().run(`throw ${thrown}`);
      expect(end.kind, thrown).toBe('program-threw');
      if (end.kind === 'program-threw') messages.push(end.error.message);
    }
    expect(messages.slice(0, 3)).toEqual(['text', '{ a: 1 }', 'null']);
  });

  it('tells of a stack that overflows', async () => {
    const { end } = await bench().run('const f = () => 1 + f(); return f()');
    expect(end).toMatchObject({ kind: 'program-threw', error: { name: 'RangeError' } });
  });
}
