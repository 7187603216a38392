import { expect, it } from 'vitest';
import { BY, definitionOf } from '../../../contract/registry/registry-contract.ts';
import { describeWithPostgres } from '../../../postgres/describe-with-postgres.ts';
import { postgresBench } from '../../../postgres/postgres-bench.ts';
import { hearChanges } from '../hear-changes.ts';
import { openImpatient } from './open-impatient.ts';

describeWithPostgres('a registry whose PostgreSQL fails over', (cluster) => {
  it('to a copy that lagged behind is read anew, also where the copy has gone on since', async () => {
    const bench = await postgresBench(cluster());
    const registry = openImpatient(bench.url, { waitMs: 60_000 });
    await registry.create(definitionOf('kept'), BY);
    await cluster().stop();
    const copy = await cluster().copy();
    await cluster().start();
    await registry.create(definitionOf('lost'), BY);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    await cluster().stop();
    await cluster().restore(copy);
    // The new primary has as many changes as the old one had, before this instance sees it: other ones.
    await cluster().start();
    await bench.open().create(definitionOf('other'), BY);
    await heard.until(({ resets }) => resets === 2);
    expect(await registry.get('lost')).toBeUndefined();
    expect(await registry.get('kept')).toMatchObject({ revision: 1 });
    expect(await registry.create(definitionOf('lost'), BY)).toMatchObject({ revision: 1 });
    await heard.until(({ tools }) => tools.has('lost'));
    await registry.close();
    await bench.close();
  });

  it('to a standby that may not write yet reads, refuses writes, and makes them when it may', async () => {
    const bench = await postgresBench(cluster());
    const [impatient, registry] = [openImpatient(bench.url), openImpatient(bench.url, { waitMs: 60_000 })];
    const stored = await registry.create(definitionOf('tool'), BY);
    await impatient.get('tool');
    const admin = await cluster().connect(cluster().url('postgres'));
    const setReadOnly = async (value: 'on' | 'off') => {
      await admin.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await cluster().stop();
      await cluster().start();
    };
    await setReadOnly('on');
    expect(await impatient.get('tool')).toEqual(stored);
    await expect(impatient.create(definitionOf('late'), BY)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringContaining('read-only'),
    });
    const late = registry.create(definitionOf('late'), BY);
    const thawed = await cluster().connect(cluster().url('postgres'));
    await thawed.query('SET default_transaction_read_only = off');
    await thawed.query('ALTER SYSTEM RESET default_transaction_read_only');
    await thawed.query('SELECT pg_reload_conf()');
    await thawed.end();
    expect(await late).toMatchObject({ revision: 1 });
    await Promise.all([impatient.close(), registry.close()]);
    await bench.close();
  });

  it('to an empty database makes its tables there', async () => {
    const bench = await postgresBench(cluster());
    const registry = openImpatient(bench.url, { waitMs: 60_000 });
    await registry.create(definitionOf('gone'), BY);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    await bench.execute('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    expect(await registry.create(definitionOf('tool'), BY)).toMatchObject({ revision: 1 });
    expect(await registry.get('gone')).toBeUndefined();
    await heard.until(({ resets }) => resets === 2);
    await registry.close();
    await bench.close();
  });
});
