/**
 * The clients of a soak, each a loop that goes on until its signal aborts or it has had so many turns: honest ones of
 * every era, hostile ones, and rude ones that break the rules of the transport. All of them count into one tally.
 */
import { expect } from 'vitest';
import { exchange, openSession, openSocket, post } from '../attack/server/raw-client.ts';
import { connectHttp, type Era } from '../unit/server/clients.ts';
import { honestWork } from './honest-work.ts';
import type { HostileWork } from './hostile-work.ts';

export interface Tally {
  honest: number;
  hostile: number;
  rude: number;
  /** What should not have been, in words. */
  readonly wrong: string[];
}

interface Loop {
  readonly url: string;
  readonly port: number;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** Bounds each loop in count, whatever the clock says. */
const MAX_TURNS = 50_000;
/** After so much there is nothing more to learn. */
const MAX_WRONG = 100;
/** Honest clients think between two programs; else they would be all that there is. */
const THINK_MS = 25;

export async function honestClient(loop: Loop, era: Era, engine: 'node' | 'docker'): Promise<void> {
  const { url, tally } = loop;
  const client = await connectHttp(url, era, `soak-${era}`);
  for (let turn = 0; goesOn(loop, turn); turn += 1) {
    const { code, args, outcome } = honestWork(turn);
    const answer = client.call('run_js', { code, args, engine, timeoutMs: 20_000 });
    const told = await answer.then(({ structured, text }) => ({ text, ...structured }), failed);
    judge(tally, `honest ${era} ${engine}: ${code}`, told, outcome);
    tally.honest += 1;
    await new Promise((resolve) => setTimeout(resolve, THINK_MS));
  }
  await client.close();
}

interface HostileOptions {
  readonly engine: 'node' | 'docker';
  readonly from?: number;
  readonly turns?: number;
}

/** Runs the programs in turn, from a place of its own. */
export async function hostileClient(
  loop: Loop,
  works: readonly HostileWork[],
  { engine, from = 0, turns = MAX_TURNS }: HostileOptions,
): Promise<void> {
  const session = await openSession(loop);
  for (let turn = 0; turn < turns && goesOn(loop, turn); turn += 1) {
    const work = works[(from + turn) % works.length];
    if (work === undefined) break;
    const { program: code, timeoutMs, title } = work;
    const run = { code, timeoutMs, engine, typecheck: false };
    judgeHostile(loop.tally, title, await session.call('run_js', run).catch(failed), work.outcome);
    loop.tally.hostile += 1;
  }
  await session.end();
}

/** Does what no client should: leaves in the middle, leaves sessions open, and sends what is no request. */
export async function rudeClient(loop: Loop): Promise<void> {
  // A run goes on where its client only hangs up, as the protocol has it: with long ones, in a session each, one client
  // would hold every place there is, and the soak would be about that alone.
  const waits = { code: 'await mcp.silent.work({}); return 1', engine: 'node', timeoutMs: 300 };
  const acts: readonly (() => Promise<unknown>)[] = [
    async () => {
      const session = await openSession(loop);
      const call = { id: 9, method: 'tools/call', params: { name: 'run_js', arguments: waits } };
      await session.send(call, AbortSignal.timeout(100)).catch(() => {});
    },
    async () =>
      (await openSocket(loop)).end('POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"js'),
    () => exchange(loop, 'BREW /mcp HTTP/9.9\r\n\r\n\r\n'),
    () => post(loop, `[${'['.repeat(10_000)}`),
    () => post(loop, { jsonrpc: '2.0', id: 1, method: 'tools/call' }, { 'Mcp-Session-Id': 'somebody-else' }),
    async () => {
      const session = await openSession(loop);
      const ends = ['a', 'b', 'c'].map((id) => session.run('await sleep(1_000); return 1', id));
      await session.end();
      await Promise.allSettled(ends);
    },
  ];
  for (let turn = 0; goesOn(loop, turn); turn += 1) {
    // Whatever comes of it is the rude one's own affair; that the server is there for the others is what counts.
    await acts[turn % acts.length]?.().catch(() => {});
    loop.tally.rude += 1;
    await new Promise((resolve) => setTimeout(resolve, THINK_MS));
  }
}

function goesOn({ signal, tally }: Loop, turn: number): boolean {
  return !signal.aborted && turn < MAX_TURNS && tally.wrong.length < MAX_WRONG;
}

/** No answer is a wrong answer, and the others go on. */
function failed(thrown: unknown): Record<string, unknown> {
  return { failed: String(thrown) };
}

function judge(tally: Tally, what: string, outcome: object, wanted: object): void {
  try {
    expect(outcome).toMatchObject(wanted);
  } catch {
    tally.wrong.push(`${what} came to ${JSON.stringify(outcome).slice(0, 600)}`);
  }
}

const KIND = /^(?:completed|program-threw|limit-exceeded|bundle-error)$/;

function judgeHostile(tally: Tally, title: string, outcome: Record<string, unknown>, wanted?: object): void {
  const { limit, code } = (outcome.error ?? {}) as { limit?: string; code?: string };
  // A program that takes a packed worker's memory takes the worker, and cannot be told from its neighbours.
  if (limit === 'wallMs' || limit === 'cpuMs' || code === 'SANDBOX_LOST') return;
  judge(tally, title, outcome, wanted ?? { kind: expect.stringMatching(KIND) });
}
