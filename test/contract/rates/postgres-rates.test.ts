import { expect, it } from 'vitest';
import { localCaller } from '../../../src/base/gate/caller.ts';
import { resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import { createGuard } from '../../../src/guard/guard.ts';
import { createMeters } from '../../../src/guard/rates/meters.ts';
import { openRatesDatabase, type RatesDatabase } from '../../../src/guard/rates/rates-database.ts';
import { describeWithPostgres } from '../../postgres/describe-with-postgres.ts';
import type { ThrowAwayCluster } from '../../postgres/throw-away-cluster.ts';
import { type RatesBench, ratesContract } from './rates-contract.ts';

const PATIENT = { log: createLog('silent'), statementMs: 20_000 };

async function postgresRates(cluster: ThrowAwayCluster): Promise<RatesBench & { readonly url: string }> {
  const url = await cluster.createDatabase();
  const opened: RatesDatabase[] = [];
  return {
    url,
    openDatabase: () => {
      const database = openRatesDatabase({ ...PATIENT, url });
      opened.push(database);
      return database;
    },
    close: async () => {
      for (const database of opened) expect(database.isReached).toBe(true);
      await Promise.all(opened.map((database) => database.close()));
    },
  };
}

describeWithPostgres('PostgreSQL', (cluster) => {
  ratesContract('PostgreSQL', () => postgresRates(cluster()));

  it('gives many instances one budget, that start together on an empty database', async () => {
    const bench = await postgresRates(cluster());
    const instances = Array.from({ length: 5 }, () => createMeters(bench.openDatabase()));
    const asked = instances.flatMap((meters) =>
      Array.from({ length: 10 }, () => meters.use('runsPerMinute', 'ann', 12, 1)),
    );
    const readings = await Promise.all(asked);
    expect(readings.filter(({ isOver }) => !isOver)).toHaveLength(12);
    await bench.close();
  });

  it('holds neither subjects nor tools in clear, and one row for each count', async () => {
    const bench = await postgresRates(cluster());
    const guard = createGuard({
      limits: resolveLimits({ runsPerMinute: 10, toolRunsPerMinute: 10 }),
      callTool: async () => ({ kind: 'value', value: null }),
      tell: () => {},
      database: openRatesDatabase({ ...PATIENT, url: bench.url }),
    });
    const execution = { caller: localCaller('ann@example.org'), workspace: 'one', tool: 'secret-plan' };
    for (const _ of [1, 2, 3]) await guard.count(execution, async () => 'done');
    expect(guard.metrics().counted).toBe('database');
    const rows = await cluster().query(bench.url, 'SELECT key, points FROM codeloom_rates ORDER BY key');
    expect(rows).toEqual([
      { key: expect.stringMatching(/^runsPerMinute:[0-9a-f]{64}$/), points: 3 },
      { key: expect.stringMatching(/^toolRunsPerMinute:[0-9a-f]{64}$/), points: 3 },
    ]);
    await guard.close();
  });
});
