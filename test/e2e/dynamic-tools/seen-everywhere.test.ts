import { expect, it } from 'vitest';
import { describeWithPostgres } from '../../postgres/describe-with-postgres.ts';
import type { TestClient } from '../../unit/server/clients.ts';
import { toolServers } from './tool-server.ts';

/** The goal is 500 ms, and medians are far below; a machine that is busy with other tests may take longer. */
const GENEROUS_MS = 10_000;
const TOOLS = 5;
const NUMBER = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };

const NEXT = { description: 'The number after that.', code: 'return args.n + 1', inputSchema: NUMBER };

/** How long after the answer to its creation the tool can be called there; asks again and again. */
async function msUntilCallable(client: TestClient, name: string, createdAt: number): Promise<number> {
  for (;;) {
    const answer = await client.call(name, { n: 1 }).catch(() => undefined);
    if (answer?.isError === false) return performance.now() - createdAt;
    if (performance.now() - createdAt > GENEROUS_MS) throw new Error(`${name} cannot be called: ${answer?.text}`);
  }
}

describeWithPostgres('three servers over HTTP on one PostgreSQL', (cluster) => {
  it('let each of them call at once what another made, before and after the database was away', async ({
    annotate,
  }) => {
    const servers = toolServers();
    const flags = ['--registry', 'postgres', '--registry-url', await cluster().createDatabase(), '--log-level', 'info'];
    const clients = await Promise.all([1, 2, 3].map(async () => (await servers.overHttp(...flags)).connect('2026')));
    // The first run of a server starts its compilers; that is not what is looked at here.
    await Promise.all(clients.map((client) => client.call('run_js', { code: 'return 1' })));
    const makeAndCall = async (prefix: string): Promise<readonly number[]> => {
      const all: number[] = [];
      for (let count = 0; count < TOOLS; count += 1) {
        const name = `${prefix}_${count}`;
        const [maker, ...others] = [...clients.slice(count % 3), ...clients.slice(0, count % 3)];
        const created = await maker?.call('dynamic.tool.create', { tool: { ...NEXT, name } });
        expect(created?.structured).toMatchObject({ name, revision: 1 });
        const createdAt = performance.now();
        all.push(...(await Promise.all(others.map((client) => msUntilCallable(client, name, createdAt)))));
      }
      return all;
    };
    const before = await makeAndCall('before');
    await cluster().stop();
    await cluster().start();
    const after = await makeAndCall('after');
    await annotate(`callable on the others after ${shown(before)} ms; once the database was back, ${shown(after)} ms`);
    expect(before.length + after.length).toBe(TOOLS * 4);
  }, 120_000);
});

function shown(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other).map(Math.round);
  return `${sorted[0]} to ${sorted.at(-1)} (median ${sorted[Math.floor(sorted.length / 2)]})`;
}
