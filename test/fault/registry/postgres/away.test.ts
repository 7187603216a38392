import { expect, it } from 'vitest';
import { BY, definitionOf } from '../../../contract/registry/registry-contract.ts';
import { describeWithPostgres } from '../../../postgres/describe-with-postgres.ts';
import { postgresBench } from '../../../postgres/postgres-bench.ts';
import { hearChanges } from '../hear-changes.ts';
import { openImpatient } from './open-impatient.ts';

describeWithPostgres('a registry whose PostgreSQL', (cluster) => {
  it('is gone at start says so, and is there as soon as it is', async () => {
    const bench = await postgresBench(cluster());
    await bench.open().create(definitionOf('before'), BY);
    await cluster().stop();
    const impatient = openImpatient(bench.url);
    const registry = openImpatient(bench.url, { waitMs: 60_000 });
    const heard = hearChanges(registry);
    expect(await registry.health()).toEqual({
      kind: 'down',
      reason: "The registry's database cannot be reached.",
      isReadOnly: false,
    });
    await expect(impatient.list()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable: true });
    await expect(impatient.create(definitionOf('lost'), BY)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    const waiting = registry.create(definitionOf('waiting'), BY);
    await cluster().start();
    expect(await waiting).toMatchObject({ revision: 1 });
    await heard.until(({ resets }) => resets === 1);
    expect(await impatient.get('before')).toMatchObject({ kind: 'tool' });
    expect(await impatient.get('lost')).toBeUndefined();
    await Promise.all([impatient.close(), registry.close()]);
    await bench.close();
  });

  it('is empty gets its tables once, from many instances that start together', async () => {
    for (let round = 0; round < 5; round++) {
      const bench = await postgresBench(cluster());
      const creates = Array.from({ length: 8 }, (_, at) => bench.open().create(definitionOf(`tool-${at}`), BY));
      for (const create of creates) expect(await create).toMatchObject({ revision: 1 });
      expect(await cluster().query(bench.url, 'SELECT version FROM codeloom_schema')).toEqual([{ version: 1 }]);
      await bench.close();
    }
  });

  it.each([
    ['does not know the login', (url: string) => url.replace('codeloom@', 'nobody:secret@'), /refuses the login/],
    ['does not have the database', (url: string) => url.replace(/test_\d+/, 'absent'), /does not exist/],
    ['is nowhere', (url: string) => url.replace(/host=.*/, 'host=%2Fnowhere'), /cannot be reached/],
  ])('%s says so without telling the address', async (_what, change, reason) => {
    const bench = await postgresBench(cluster());
    const registry = openImpatient(change(bench.url));
    const health = await registry.health();
    expect(health).toMatchObject({ kind: 'down', reason: expect.stringMatching(reason) });
    expect(JSON.stringify(health)).not.toMatch(/secret|nobody|\/tmp|nowhere|absent/);
    await expect(registry.get('tool')).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    await registry.close();
    await bench.close();
  });

  it('lets its user do too little says what is missing', async () => {
    const bench = await postgresBench(cluster());
    await bench.open().create(definitionOf('tool'), BY);
    const reader = `reader_${process.pid}`;
    await bench.execute(`CREATE ROLE ${reader} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${reader}`);
    const url = bench.url.replace('codeloom@', `${reader}@`);
    const registry = openImpatient(url);
    await expect(registry.create(definitionOf('other'), BY)).rejects.toThrow('owner of the database');
    // Enough for one that only reads.
    const readOnly = openImpatient(url, { isReadOnly: true });
    expect(await readOnly.get('tool')).toMatchObject({ revision: 1 });
    await Promise.all([registry.close(), readOnly.close(), bench.close()]);
  });

  it('was used by a newer Codeloom is left alone', async () => {
    const bench = await postgresBench(cluster());
    await bench.open().create(definitionOf('tool'), BY);
    await bench.execute('UPDATE codeloom_schema SET version = 99');
    for (const isReadOnly of [false, true]) {
      await expect(bench.open({ isReadOnly }).get('tool')).rejects.toThrow('newer Codeloom');
    }
    await bench.close();
  });

  it('has no tables yet gives none to one that may not write', async () => {
    const bench = await postgresBench(cluster());
    const registry = bench.open({ isReadOnly: true });
    await expect(registry.list()).rejects.toThrow('Start once without --read-only');
    expect(await cluster().query(bench.url, "SELECT 1 FROM pg_tables WHERE tablename LIKE 'codeloom%'")).toEqual([]);
    await bench.open().create(definitionOf('tool'), BY);
    expect(await registry.get('tool')).toMatchObject({ revision: 1 });
    await bench.close();
  });

  it('has no connection left makes the others wait, not fail', async () => {
    const bench = await postgresBench(cluster());
    const registry = bench.open();
    await registry.create(definitionOf('tool'), BY);
    const reads = Array.from({ length: 200 }, () => registry.get('tool'));
    for (const read of reads) expect(await read).toMatchObject({ revision: 1 });
    await bench.close();
  });
});
