/** Section I of the hostile inputs: what a program starts and does not wait for, and what must come of it on both engines. */

export interface AfterReturnCase {
  /** Begins with the number of the input that it stands for. */
  readonly title: string;
  readonly program: string;
  /** What the outcome must match. */
  readonly outcome: object;
  /** What the agent must be told, as a log line or a diagnostic; absent means that there is nothing to tell. */
  readonly told?: RegExp;
}

const kept = { kind: 'completed', result: 'kept' };

export const AFTER_RETURN: readonly AfterReturnCase[] = [
  {
    title: '152: a promise that calls a tool after the end',
    program: `(async () => { for (let n = 0; n < 10; n++) await null; await sleep(0); await mcp.kit.echo({ late: 1 }) })(); return "kept"`,
    outcome: { ...kept, toolCalls: [] },
  },
  {
    title: '153: a timer that calls a tool after the end',
    program: 'setTimeout(() => mcp.kit.echo({ late: 2 }), 30); return "kept"',
    outcome: { ...kept, toolCalls: [] },
  },
  {
    title: '153: a timer within a timer, and one that repeats',
    program: 'setTimeout(() => setInterval(() => mcp.kit.echo({ late: 3 }), 1), 1); return "kept"',
    outcome: { ...kept, toolCalls: [] },
  },
  {
    title: '154: a call that nobody waits for, whose reply comes after the end',
    program: 'mcp.kit.echo({ n: 1 }).then(() => { throw new Error("nobody") }); return "kept"',
    outcome: {
      ...kept,
      // Whether the upstream had answered by then or not, the program never saw it.
      toolCalls: [{ server: 'kit', tool: 'echo' }],
      diagnostics: [{ line: 1, code: 'unawaited-tool-call' }],
    },
  },
  {
    title: '154: five hundred calls that nobody waits for',
    program: 'for (let n = 0; n < 500; n++) mcp.kit.echo({ n }); return "kept"',
    outcome: kept,
  },
  {
    title: '155: a rejection that nobody handles',
    program: 'Promise.reject(1); await sleep(20); return "kept"',
    outcome: kept,
    told: /reject/i,
  },
  {
    title: '155: an async function that throws and is not awaited',
    program: '(async () => { await null; throw new RangeError("lost") })(); await sleep(20); return "kept"',
    outcome: kept,
    told: /RangeError: lost/,
  },
  {
    title: '155: a tool that fails and is not awaited',
    program: 'mcp.kit.fail({}); await mcp.kit.echo({}); await sleep(20); return "kept"',
    outcome: kept,
    told: /It broke/,
  },
  {
    title: '155: a rejection with what throws when it is looked at',
    program:
      'Promise.reject({ get message() { throw 1 }, get stack() { throw 2 }, toString() { throw 3 } }); await sleep(20); return "kept"',
    outcome: kept,
    told: /reject/i,
  },
  {
    title: '155: a timer that throws',
    program: 'setTimeout(() => { throw new TypeError("in a timer") }, 0); await sleep(20); return "kept"',
    outcome: kept,
    told: /TypeError: in a timer/,
  },
  {
    title: '155: a rejection that is handled late',
    program: 'const p = Promise.reject(new Error("late")); await sleep(20); await p.catch(() => {}); return "kept"',
    outcome: kept,
    told: /Error: late/,
  },
  {
    title: '156: a microtask that throws after the end',
    program: 'queueMicrotask(() => { throw new Error("after") }); return "kept"',
    // Whether it comes to it before the run is over is the engine's affair: it is told, or it never ran.
    outcome: kept,
    told: /after|^\[\]$/,
  },
  {
    title: '156: a storm of microtasks at the end',
    program: 'for (let n = 0; n < 1e5; n++) queueMicrotask(() => {}); return "kept"',
    outcome: kept,
  },
  {
    title: '156: a finally that never ends beside the result',
    program: '(async () => { try { await sleep(1e6) } finally { await new Promise(() => {}) } })(); return "kept"',
    outcome: kept,
  },
  {
    title: '156: a signal that aborts with the end',
    program:
      'const c = new AbortController(); c.signal.addEventListener("abort", () => { throw new Error("listener") }); setTimeout(() => c.abort(), 0); await sleep(10); return "kept"',
    outcome: kept,
    told: /listener/,
  },
];
