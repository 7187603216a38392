import { expect, it, onTestFinished } from 'vitest';
import { BY, definitionOf } from '../../../contract/registry/registry-contract.ts';
import { startCuttingProxy } from '../../../postgres/cutting-proxy.ts';
import { describeWithPostgres } from '../../../postgres/describe-with-postgres.ts';
import { postgresBench } from '../../../postgres/postgres-bench.ts';
import { hearChanges } from '../hear-changes.ts';
import { openImpatient } from './open-impatient.ts';

/** A busy machine takes its time to start a server. */
const PATIENT = { waitMs: 60_000, statementMs: 30_000 };
/** As it goes over the wire: `BEGIN ISOLATION LEVEL READ COMMITTED` has the word in it, too. */
const COMMIT = 'COMMIT\0';

describeWithPostgres('a registry whose PostgreSQL loses connections', (cluster) => {
  it.each(['fast', 'immediate'] as const)(
    'works on through a restart (%s): what was asked meanwhile is done, once',
    async (how) => {
      const bench = await postgresBench(cluster());
      const [registry, other] = [openImpatient(bench.url, PATIENT), openImpatient(bench.url, PATIENT)];
      const before = await registry.create(definitionOf('before'), BY);
      const heard = hearChanges(other);
      await heard.until(({ resets }) => resets === 1);
      await cluster().stop(how);
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      const writes = names.map((name) => registry.create(definitionOf(name), BY));
      const read = other.get('before');
      await cluster().start();
      for (const write of writes) expect(await write).toMatchObject({ revision: 1 });
      expect(await read).toEqual(before);
      await heard.until(({ tools }) => names.every((name) => tools.has(name)));
      expect(heard.state.resets).toBe(1);
      await Promise.all([registry.close(), other.close()]);
      await bench.close();
    },
  );

  it('loses no confirmed write to a crash in the middle of many', async () => {
    const bench = await postgresBench(cluster());
    const registry = openImpatient(bench.url, PATIENT);
    const confirmed: string[] = [];
    const half = Promise.withResolvers<void>();
    const write = async (prefix: string) => {
      for (let at = 0; at < 40; at++) {
        const { definition, revision } = await registry.create(definitionOf(`${prefix}-${at}`), BY);
        expect(revision).toBe(1);
        if (confirmed.push(definition.name) === 80) half.resolve();
      }
    };
    const writers = Promise.all(['a', 'b', 'c', 'd'].map(write));
    await half.promise;
    await cluster().stop('immediate');
    await cluster().start();
    await writers;
    expect(confirmed).toHaveLength(160);
    for (const name of confirmed) expect((await registry.history(name)).revisions).toHaveLength(1);
    await registry.close();
    await bench.close();
  });

  it('survives the loss of every connection while nobody uses them', async () => {
    const bench = await postgresBench(cluster());
    const registry = bench.open();
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    for (const name of ['a', 'b', 'c']) {
      await registry.create(definitionOf(name), BY);
      await bench.execute(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
      );
      expect(await registry.get(name)).toMatchObject({ revision: 1 });
    }
    await heard.until(({ tools }) => tools.size === 3);
    await bench.close();
  });

  it('hears of what others changed while it could not listen', async () => {
    const bench = await postgresBench(cluster());
    const [registry, writer] = [bench.open(), bench.open()];
    await writer.create(definitionOf('before'), BY);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    for (let at = 0; at < 20; at++) {
      await bench.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
      await writer.create(definitionOf(`tool-${at}`), BY);
    }
    await heard.until(({ tools }) => tools.size === 20);
    expect(heard.state.resets).toBe(1);
    await bench.close();
  });

  it.each([
    ['create', 1],
    ['update', 2],
    ['delete', 3],
  ] as const)('makes a %s once whose confirmation got lost', async (_what, revision) => {
    const bench = await postgresBench(cluster());
    const proxy = await startCuttingProxy(cluster());
    onTestFinished(proxy.close);
    const registry = openImpatient(proxy.through(bench.url), PATIENT);
    const steps = [
      () => registry.create(definitionOf('tool'), BY),
      () => registry.update(definitionOf('tool', { code: 'return 2;' }), { ...BY, expectedRevision: 1 }),
      () => registry.delete('tool', { ...BY, expectedRevision: 2 }),
    ];
    await registry.health();
    for (const [at, step] of steps.entries()) {
      if (at + 1 === revision) proxy.cutAnswerTo(COMMIT);
      expect(await step()).toMatchObject({ revision: at + 1 });
    }
    expect(proxy.cuts).toBe(1);
    const { revisions } = await registry.history('tool');
    expect(revisions.map((each) => each.revision)).toEqual([3, 2, 1]);
    await registry.close();
    await bench.close();
  });

  it('says that a change may have been made where it cannot find out', async () => {
    const bench = await postgresBench(cluster());
    const proxy = await startCuttingProxy(cluster());
    onTestFinished(proxy.close);
    const registry = openImpatient(proxy.through(bench.url), { waitMs: 0 });
    await registry.create(definitionOf('first'), BY);
    proxy.cutAnswerTo(COMMIT);
    await expect(registry.create(definitionOf('tool'), BY)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringContaining('may have been stored or not'),
    });
    expect(await bench.open().get('tool')).toMatchObject({ revision: 1 });
    await registry.close();
    await bench.close();
  });
});
