/** Honest programs, each different from the last by a number, and the answers that they must get under all circumstances. */
import { expect } from 'vitest';

export interface HonestWork {
  readonly code: string;
  readonly args: { readonly n: number };
  /** What the outcome must match. */
  readonly outcome: object;
}

const completed = (result: unknown) => ({ kind: 'completed', result });

/** By turns; where `n` stands in the text, the program is in no cache when it first comes. */
const WORKS: readonly ((n: number) => Pick<HonestWork, 'code' | 'outcome'>)[] = [
  (n) => ({ code: 'return args.n * 2', outcome: completed(2 * n) }),
  (n) => ({
    code: 'const { args: got } = await mcp.kit.echo({ n: args.n }); console.log("got", got.n); return got.n + 1',
    outcome: {
      ...completed(n + 1),
      logs: [{ text: `got ${n}` }],
      toolCalls: [{ server: 'kit', tool: 'echo', ok: true }],
    },
  }),
  (n) => ({
    code: 'return await mcp.everything.echo({ message: "number " + args.n })',
    outcome: completed(`Echo: number ${n}`),
  }),
  (n) => ({
    code: `const all = await Promise.all(Array.from({ length: 10 }, (_, at) => mcp.kit.echo({ n: ${n} + at })));
return all.map((each) => each.args.n)`,
    outcome: completed(Array.from({ length: 10 }, (_, at) => n + at)),
  }),
  (n) => ({
    code: `interface Row { id: number; even: boolean }
const rows: Row[] = Array.from({ length: 1_000 }, (_, id) => ({ id, even: id % 2 === 0 }));
await sleep(5);
return { turn: ${n}, even: rows.filter((row) => row.even).length }`,
    outcome: completed({ turn: n, even: 500 }),
  }),
  (n) => ({
    code: `const n: number = ${n};\nawait mcp.kit.fail({});\nreturn n`,
    outcome: {
      kind: 'program-threw',
      error: { name: 'ToolError', message: expect.stringContaining('It broke.'), line: 2 },
    },
  }),
  (n) => ({
    code: `const n = ${n};\nconst text: string = n;\nreturn text`,
    outcome: { kind: 'type-error', diagnostics: [{ line: 2 }] },
  }),
];

export function honestWork(turn: number): HonestWork {
  const n = turn + 1;
  const [first] = WORKS;
  const make = WORKS[turn % WORKS.length] ?? first;
  if (make === undefined) throw new Error('There is no honest work.');
  return { args: { n }, ...make(n) };
}
