import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LiveServer, startServer } from '../server/live-server.ts';
import { type BareSession, HONEST, honestRun, openSession } from '../server/raw-client.ts';

const SPIN = 'while (true) await sleep(10)';
const SOON = { timeout: 60_000, interval: 20 };

let server: LiveServer;
let watcher: BareSession;

/** Few places, so that a flood is soon one; the deadline is longer than the test. */
const limits = { concurrentRuns: 2, queuedRuns: 256, wallMs: 120_000, cpuMs: 120_000 };

beforeEach(async () => {
  server = await startServer({ settings: { limits } });
  watcher = await openSession(server);
});
afterEach(() => server.end());

interface Load {
  readonly running: number;
  readonly queued: number;
}

const load = async () => (await watcher.call('system.guard_metrics', {})) as unknown as Load;

/** Asks for a run in a session, and hangs up when told to. */
function ask(session: BareSession, code: string, hangUp: AbortSignal): Promise<unknown> {
  const call = { id: 9, method: 'tools/call', params: { name: 'run_js', arguments: { code } } };
  return session.send(call, hangUp).catch(() => 'hung up');
}

describe('a flood', { timeout: 120_000 }, () => {
  it('of one session leaves the next turn to another', async () => {
    const flooder = await openSession(server);
    let answered = 0;
    const flood = Array.from({ length: 120 }, async (_, at) => {
      await flooder.run('await sleep(30); return 1', `flood ${at}`);
      answered += 1;
    });
    await vi.waitFor(async () => expect((await load()).queued).toBeGreaterThan(60), SOON);
    const before = answered;
    expect(await honestRun(server)).toEqual(HONEST);
    // Two places and turns: of the flood only what was under way, and what got the other place meanwhile.
    expect(answered - before).toBeLessThan(40);
    await Promise.all(flood);
  });

  it('of one session cannot fill the line when another comes', async () => {
    const flooder = await openSession(server);
    const hangUp = new AbortController();
    const answers = Array.from({ length: 300 }, (_, at) =>
      flooder.run(at < 2 ? SPIN : 'return 1', `flood ${at}`).catch(() => ({})),
    );
    await vi.waitFor(async () => expect(await load()).toMatchObject({ running: 2, queued: 256 }), SOON);
    const other = await openSession(server);
    const waiting = ask(other, 'return 1', hangUp.signal);
    await vi.waitFor(async () => {
      const { refused } = (await watcher.call('system.guard_metrics', {})) as { refused?: { queuedRuns?: number } };
      expect(refused?.queuedRuns).toBe(300 - 2 - 256 + 1);
    }, SOON);
    expect((await load()).queued).toBe(256);
    hangUp.abort();
    await waiting;
    await flooder.end();
    await Promise.all(answers);
  });

  it('of two hundred sessions that were abandoned leaves its places to whoever is there', async () => {
    const hangUp = new AbortController();
    const sessions = await Promise.all(Array.from({ length: 200 }, () => openSession(server)));
    const abandoned = sessions.map((session) => ask(session, SPIN, hangUp.signal));
    await vi.waitFor(async () => expect(await load()).toMatchObject({ running: 2, queued: 198 }), SOON);
    hangUp.abort();
    await Promise.all(abandoned);
    // None of them ends by itself before the test does.
    for (const _ of [1, 2, 3]) expect(await honestRun(server)).toEqual(HONEST);
    const { queued } = await load();
    expect(queued).toBeGreaterThan(180);
    await Promise.all(sessions.map((session) => session.end()));
  });

  it('of checks has an end while all places of runs are taken, and no check is late for having waited', async () => {
    const hangUp = new AbortController();
    const spinner = await openSession(server);
    const spins = [1, 2].map(() => ask(spinner, SPIN, hangUp.signal));
    await vi.waitFor(async () => expect((await load()).running).toBe(2), SOON);
    const sessions = await Promise.all([1, 2, 3].map(() => openSession(server)));
    const made = sessions.flatMap((session, who) =>
      Array.from({ length: 100 }, (_, at) =>
        session.call('code-mode', {
          name: `t${at}`,
          servers: [],
          code: `const n: number = ${who * 100 + at}; return { n, list: [n].map((each) => each + 1) };`,
          inputSchema: { type: 'object' },
        }),
      ),
    );
    for (const answer of await Promise.all(made)) expect(answer).toMatchObject({ replaced: false });
    hangUp.abort();
    await Promise.all([...spins, spinner.end()]);
  });
});
