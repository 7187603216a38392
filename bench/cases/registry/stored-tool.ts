/** What a stored tool costs through MCP: to make it, to call it, and to call it first after a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BenchCase, Lab } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { codeloomCommand, type McpSession, openSession } from '../../parts/mcp.ts';

const RUN = 'run_js, seen before';
const STORED = 'a stored tool, called before';
const CREATE = 'dynamic.tool.create';
const BARE = 'bare insert in a transaction';
const PER_SECOND = 'creates through MCP, eight at a time';
const FIRST = 'first call after a restart, of its program: connect, check and bundle';
const AT_A_TIME = 8;
const CODE =
  'const parts: string[] = [];\nfor (let at = 0; at < args.n; at += 1) parts.push(String(at));\nreturn parts;';
const SCHEMA = {
  type: 'object',
  properties: { n: { type: 'number' } },
  required: ['n'],
  additionalProperties: false,
};

export const storedTool: BenchCase = {
  name: 'stored-tool',
  title: 'A stored tool through MCP over stdio',
  about:
    'A client of the SDK and a Codeloom with a SQLite registry in a process of its own. A stored tool of three lines is called with `{ n: 3 }`, in turns with `run_js` of the same program and arguments. Tools of their own code are created one after the other, beside one bare insert of the same text with node:sqlite in the same mode, and eight at a time; each is type-checked, bundled and stored. Then the server is started anew, and the outcome of the first call says what it waited for before its sandbox.',
  claims: [
    { name: 'a call of a stored tool, to a run seen before', of: [STORED], to: [RUN], target: 1.1 },
    { name: 'creates per second', of: [PER_SECOND], bound: 'at least', target: 200 },
    { name: 'check and bundle of the first call after a restart', of: [FIRST], target: 2 },
    { name: 'a create, to a bare insert', of: [CREATE], to: [BARE] },
  ],
  measure: async (lab) => {
    const folder = mkdtempSync(join(tmpdir(), 'codeloom-bench-'));
    try {
      await measureIn(folder, lab);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function measureIn(folder: string, lab: Lab): Promise<void> {
  const command = [...codeloomCommand(), '--engine', 'node', '--registry-file', join(folder, 'registry.db')];
  const session = await openSession(command);
  await create(session, 'counts', CODE);
  const insert = bareInsert(join(folder, 'bare.db'));
  let made = 0;
  const createNext = () => create(session, `made-${++made}`, `// ${made}\n${CODE}`);
  await lab.time(
    [
      { name: RUN, run: () => call(session, 'run_js', { code: CODE, servers: [], args: { n: 3 } }) },
      { name: STORED, run: () => call(session, 'counts', { n: 3 }) },
      { name: BARE, run: () => insert(`bare-${++made}`) },
      { name: CREATE, run: createNext },
    ],
    { iterations: lab.count(300, 5), warmup: lab.count(60, 2) },
  );
  const creates = lab.count(1_000, AT_A_TIME);
  let left = creates;
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      while (left-- > 0) await createNext();
    }),
  );
  lab.record(PER_SECOND, 'per second', [creates / ((performance.now() - startedMs) / 1_000)]);
  await session.close();
  lab.record(FIRST, 'ms', await firstCalls(command, lab.count(8, 1)));
}

async function firstCalls(command: readonly string[], times: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let at = 0; at < times; at++) {
    const session = await openSession(command);
    const { connectMs, typecheckMs, bundleMs } = await call(session, 'counts', { n: 3 });
    samples.push(connectMs + typecheckMs + bundleMs);
    await session.close();
  }
  return samples;
}

interface Timings {
  readonly connectMs: number;
  readonly typecheckMs: number;
  readonly bundleMs: number;
}

async function call({ client }: McpSession, name: string, args: Record<string, unknown>): Promise<Timings> {
  const { structuredContent } = await client.callTool({ name, arguments: args });
  const { kind, timings } = structuredContent as { kind: string; timings: Timings };
  if (kind !== 'completed') throw new Error(`A call of ${name} that should complete came to ${kind}.`);
  return timings;
}

async function create({ client }: McpSession, name: string, code: string): Promise<void> {
  const tool = { name, description: 'A tool of the benchmark.', code, inputSchema: SCHEMA };
  const { isError } = await client.callTool({ name: 'dynamic.tool.create', arguments: { tool } });
  if (isError === true) throw new Error(`The tool ${name} was not created.`);
}

function bareInsert(file: string): (name: string) => void {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE tools (name TEXT PRIMARY KEY, code TEXT)',
  );
  const statement = database.prepare('INSERT INTO tools VALUES (?, ?)');
  return (name) => {
    database.exec('BEGIN IMMEDIATE');
    statement.run(name, CODE);
    database.exec('COMMIT');
  };
}

await runAlone(storedTool, { isMain: import.meta.main });
