import { expect, it } from 'vitest';
import { startServer } from '../../attack/server/live-server.ts';
import { describeWithPostgres } from '../../postgres/describe-with-postgres.ts';
import { connectHttp } from '../../unit/server/clients.ts';

describeWithPostgres('servers on one PostgreSQL', (cluster) => {
  it('give a caller one budget between them, which stays spent while the database is away', {
    timeout: 120_000,
  }, async () => {
    const env = { CODELOOM_REGISTRY_URL: await cluster().createDatabase() };
    const settings = { registry: 'postgres', limits: { runsPerMinute: 4 } };
    const servers = await Promise.all([startServer({ settings, env }), startServer({ settings, env })]);
    const clients = await Promise.all(servers.map(({ url }) => connectHttp(url, '2026')));
    const told: unknown[] = [];
    const round = async () => {
      for (const client of clients) {
        const { kind, error } = (await client.call('run_js', { code: 'return 1' })).structured as {
          kind?: string;
          error?: { code: string };
        };
        told.push(kind ?? error?.code);
      }
    };
    for (let at = 0; at < 3; at += 1) await round();
    expect(told).toEqual([...Array(4).fill('completed'), 'RATE_LIMITED', 'RATE_LIMITED']);
    const counted = async () =>
      Promise.all(clients.map(async (client) => (await client.call('system.guard_metrics')).structured.counted));
    expect(await counted()).toEqual(['database', 'database']);
    await cluster().stop();
    // What each knows to be spent stays spent without the database.
    await round();
    expect(told.slice(6)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    await cluster().start();
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(servers.map((each) => each.end()));
  });
});
