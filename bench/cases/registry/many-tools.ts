/** A server with ten thousand stored tools beside one with a single one: start, list and call. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../src/base/log.ts';
import { openRegistry } from '../../../src/registry/open-registry.ts';
import type { BenchCase, Lab } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { codeloomCommand, type McpSession, openSession } from '../../parts/mcp.ts';

const SIZES = ['1 tool', '10,000 tools'] as const;
type Size = (typeof SIZES)[number];
const START = 'start to first answer';
const LIST = 'first list of tools';
const FIRST = 'start to outcome of a first call';
const CALL = 'a call';
const PAGE = 'a page of the list, all read';
const LAST = 'zz-the-last';
const LIST_TOOLS = { method: 'tools/list', params: {} } as const;
const CODE = `const filler = ${JSON.stringify('x'.repeat(2_000))};\nreturn filler.length;`;

const of = (what: string, size: Size) => `${what}, ${size}`;
const [ONE, MANY] = SIZES;

export const manyTools: BenchCase = {
  name: 'many-tools',
  title: 'A server with ten thousand stored tools',
  about:
    'The server is started as a client would start it, with a SQLite registry of 10,000 tools of 2 KB, and with one of a single tool, in turns: time to the answer to its handshake, to the first list after that (the server waits up to 250 ms for tools that are still being read), and to the outcome of a call of one tool. Then, when all tools are read, calls of that tool and pages of the list.',
  claims: [
    { name: 'start with 10,000 tools, to start with one', of: [of(START, MANY)], to: [of(START, ONE)], target: 2 },
    { name: 'first call with 10,000 tools, to one', of: [of(FIRST, MANY)], to: [of(FIRST, ONE)], target: 2 },
    { name: 'a call with 10,000 tools, to one', of: [of(CALL, MANY)], to: [of(CALL, ONE)], target: 1.1 },
  ],
  measure: async (lab) => {
    const folder = mkdtempSync(join(tmpdir(), 'codeloom-bench-'));
    try {
      await fill(join(folder, `${ONE}.db`), 1);
      await fill(join(folder, `${MANY}.db`), lab.count(10_000, 30));
      await measureIn(folder, lab);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function measureIn(folder: string, lab: Lab): Promise<void> {
  const samples = new Map<string, number[]>();
  const sessions = new Map<Size, McpSession>();
  const rounds = lab.count(8, 1);
  for (let round = 0; round < rounds; round++) {
    for (const size of round % 2 === 0 ? SIZES : SIZES.toReversed()) {
      const session = await climb(join(folder, `${size}.db`), (what, ms) =>
        samples.set(of(what, size), [...(samples.get(of(what, size)) ?? []), ms]),
      );
      await sessions.get(size)?.close();
      sessions.set(size, session);
    }
  }
  for (const [name, values] of samples) lab.record(name, 'ms', values);
  for (const session of sessions.values()) await untilAllAreListed(session);
  const tasks = [...sessions].flatMap(([size, session]) => [
    { name: of(CALL, size), run: () => call(session) },
    { name: of(PAGE, size), run: () => session.client.request(LIST_TOOLS) },
  ]);
  await lab.time(tasks, { iterations: lab.count(200, 3), warmup: lab.count(30, 1) });
  for (const session of sessions.values()) await session.close();
}

async function climb(file: string, reach: (what: string, ms: number) => void): Promise<McpSession> {
  const startedMs = performance.now();
  const session = await openSession([...codeloomCommand(), '--engine', 'node', '--registry-file', file]);
  const answeredMs = performance.now();
  reach(START, answeredMs - startedMs);
  await session.client.request(LIST_TOOLS);
  reach(LIST, performance.now() - answeredMs);
  await call(session);
  reach(FIRST, performance.now() - startedMs);
  return session;
}

async function call({ client }: McpSession): Promise<void> {
  const { structuredContent } = await client.callTool({ name: 'tool-0', arguments: {} });
  const { kind } = structuredContent as { kind: string };
  if (kind !== 'completed') throw new Error(`A call that should complete came to ${kind}.`);
}

/** All are listed at once, when all are read. Asked again and again: a measurement is not to hear of changes meanwhile. */
async function untilAllAreListed({ client }: McpSession): Promise<void> {
  for (;;) {
    const { tools, nextCursor } = await client.request(LIST_TOOLS);
    if (nextCursor !== undefined || tools.some(({ name }) => name === LAST)) return;
  }
}

async function fill(file: string, tools: number): Promise<void> {
  const reserved = { names: [], prefixes: [] };
  const registry = openRegistry({
    place: { kind: 'sqlite', file },
    isReadOnly: false,
    reserved,
    log: createLog('silent'),
  });
  const definition = (name: string) => ({ name, description: 'A tool of the benchmark.', code: CODE });
  for (let at = 0; at < tools; at++) await registry.create(definition(`tool-${at}`), { by: 'bench' });
  await registry.create(definition(LAST), { by: 'bench' });
  await registry.close();
}

await runAlone(manyTools, { isMain: import.meta.main });
