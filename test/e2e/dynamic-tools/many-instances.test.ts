import { expect, it } from 'vitest';
import { describeWithPostgres } from '../../postgres/describe-with-postgres.ts';
import { namesOf, PLUS, toolServers, untilListed } from './tool-server.ts';

describeWithPostgres('three servers on one PostgreSQL', (cluster) => {
  const flagsOf = async () => ['--registry', 'postgres', '--registry-url', await cluster().createDatabase()];

  it('list and call what one of them makes, through a restart of the database', async () => {
    const [servers, flags] = [toolServers(), await flagsOf()];
    const clients = await Promise.all((['2026', '2025', 'v1'] as const).map((era) => servers.overStdio(era, ...flags)));
    const [first, ...others] = clients;
    await Promise.all(clients.map((client) => client.list()));
    await first?.call('dynamic.tool.create', { tool: PLUS });
    for (const client of others) {
      await untilListed(client, (names) => names.includes('plus'));
      expect((await client.call('plus', { n: 1 })).structured.result).toBe('The sum of 1 and 1 is 2.');
    }
    await cluster().stop();
    // What was called lately needs no registry.
    for (const client of others) expect((await client.call('plus', { n: 2 })).isError).toBe(false);
    expect((await first?.call('system.health'))?.structured).toMatchObject({ ok: true, registry: { ok: false } });
    await cluster().start();
    const { structured } = (await first?.call('dynamic.tool.create', { tool: { ...PLUS, name: 'later' } })) ?? {};
    expect(structured).toMatchObject({ name: 'later', revision: 1 });
    for (const client of others) await untilListed(client, (names) => names.includes('later'));
    const changes = clients.map((client, at) =>
      client.call('dynamic.tool.update', { name: 'plus', patch: { title: `Of ${at}` }, expectedRevision: 1 }),
    );
    expect((await Promise.all(changes)).filter(({ isError }) => !isError)).toHaveLength(1);
  }, 120_000);

  it('serve all the rest while it is gone at start, and list its tools when it comes', async () => {
    const [servers, flags] = [toolServers(), await flagsOf()];
    const maker = await servers.overStdio('2026', ...flags);
    await maker.call('dynamic.tool.create', { tool: PLUS });
    await cluster().stop();
    const client = await servers.overStdio('2026', ...flags);
    expect(await namesOf(client)).not.toContain('plus');
    expect((await client.call('run_js', { code: 'return 1' })).structured.result).toBe(1);
    await cluster().start();
    await untilListed(client, (names) => names.includes('plus'));
    expect((await client.call('plus', { n: 1 })).isError).toBe(false);
  }, 120_000);
});
