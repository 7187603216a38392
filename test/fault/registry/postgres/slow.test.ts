import { expect, it } from 'vitest';
import { BY, definitionOf } from '../../../contract/registry/registry-contract.ts';
import { describeWithPostgres } from '../../../postgres/describe-with-postgres.ts';
import { postgresBench } from '../../../postgres/postgres-bench.ts';
import { hearChanges } from '../hear-changes.ts';
import { openImpatient } from './open-impatient.ts';

const TOO_SLOW = { code: 'REGISTRY_UNAVAILABLE', message: expect.stringContaining('too slowly') };

describeWithPostgres('a registry whose PostgreSQL answers slowly', (cluster) => {
  it('gives up on a locked table, and recovers when it is unlocked', async () => {
    const bench = await postgresBench(cluster());
    const registry = openImpatient(bench.url);
    const stored = await registry.create(definitionOf('tool'), BY);
    const locker = await cluster().connect(bench.url);
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE codeloom_revisions IN ACCESS EXCLUSIVE MODE');
    await expect(registry.get('tool')).rejects.toMatchObject(TOO_SLOW);
    await expect(registry.create(definitionOf('late'), BY)).rejects.toMatchObject(TOO_SLOW);
    expect(await registry.health()).toMatchObject({ kind: 'up' });
    await locker.query('ROLLBACK');
    await locker.end();
    expect(await registry.get('tool')).toEqual(stored);
    expect(await registry.get('late')).toBeUndefined();
    await registry.close();
    await bench.close();
  });

  it('is not held up for good by a writer that stops in the middle', async () => {
    const bench = await postgresBench(cluster());
    const registry = openImpatient(bench.url, { waitMs: 60_000 });
    await registry.create(definitionOf('tool'), BY);
    // What an instance holds that was frozen between the first and the last statement of a write.
    const frozen = await cluster().connect(bench.url);
    await frozen.query("SET idle_in_transaction_session_timeout = '1s'");
    await frozen.query('BEGIN');
    await frozen.query('UPDATE codeloom_clock SET sequence = sequence + 1');
    const writes = async () => {
      for (;;) {
        const end = await registry.create(definitionOf('late'), BY).catch((thrown) => thrown.code);
        if (end !== 'REGISTRY_UNAVAILABLE') return end;
      }
    };
    expect(await writes()).toMatchObject({ revision: 1 });
    await registry.close();
    await bench.close();
  });

  it('gives up on one that is frozen, ends while it is, and recovers when it thaws', async () => {
    const bench = await postgresBench(cluster());
    const [registry, closed] = [openImpatient(bench.url), openImpatient(bench.url)];
    const stored = await registry.create(definitionOf('tool'), BY);
    expect(await closed.get('tool')).toEqual(stored);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    await cluster().freeze();
    try {
      await expect(registry.get('tool')).rejects.toMatchObject(TOO_SLOW);
      await expect(registry.create(definitionOf('late'), BY)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
      expect(await registry.health()).toMatchObject({ kind: 'down' });
      await closed.close();
    } finally {
      await cluster().thaw();
    }
    const again = openImpatient(bench.url, { waitMs: 60_000, statementMs: 30_000 });
    await again.create(definitionOf('after'), BY);
    await heard.until(({ tools }) => tools.has('after'));
    expect(await again.get('tool')).toEqual(stored);
    await Promise.all([registry.close(), again.close()]);
    await bench.close();
  });
});
