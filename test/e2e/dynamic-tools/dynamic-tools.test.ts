import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { ERAS } from '../../unit/server/clients.ts';
import { namesOf, PLUS, toolServers, untilListed } from './tool-server.ts';

/** Each test starts several processes. */
const SLOW = { timeout: 120_000 };

describe.each(ERAS)('an operator and an agent with clients of %s', SLOW, (era) => {
  it('make, call, change, disable and delete a tool, and the agent hears of each', async () => {
    const server = await toolServers().overHttp();
    const [operator, agent] = [await server.connect(era), await server.connect(era)];
    await agent.list();
    const created = await operator.call('dynamic.tool.create', { tool: PLUS });
    expect(created).toMatchObject({ isError: false, structured: { name: 'plus', state: 'enabled', revision: 1 } });
    await untilListed(agent, (names) => names.includes('plus'));
    expect((await agent.list()).find(({ name }) => name === 'plus')).toMatchObject({
      title: 'plus',
      description: PLUS.description,
      inputSchema: PLUS.inputSchema,
    });
    expect((await agent.call('plus', { n: 2 })).structured).toMatchObject({
      kind: 'completed',
      result: 'The sum of 2 and 1 is 3.',
    });
    expect((await agent.call('plus', { n: 'two' })).structured.error).toMatchObject({
      code: 'ARGUMENTS_INVALID',
      mistakes: ['n: expected a number, got the string "two".'],
    });

    const code = 'return args.n + 1;';
    await operator.call('dynamic.tool.update', { name: 'plus', patch: { code, servers: null }, expectedRevision: 1 });
    expect((await agent.call('plus', { n: 2 })).structured).toMatchObject({ result: 3, toolCalls: [] });

    await operator.call('dynamic.tool.enable', { name: 'plus', enabled: false });
    await untilListed(agent, (names) => !names.includes('plus'));
    await expect(agent.call('plus', { n: 2 })).rejects.toThrow('There is no tool "plus"');
    await operator.call('dynamic.tool.rollback', { name: 'plus', revision: 1 });
    await untilListed(agent, (names) => names.includes('plus'));
    await operator.call('dynamic.tool.delete', { name: 'plus', expectedRevision: 4 });
    await untilListed(agent, (names) => !names.includes('plus'));
    const { structured } = await operator.call('dynamic.tool.history', { name: 'plus' });
    const revisions = structured.revisions as readonly { state: string; revision: number }[];
    expect(revisions.map(({ state, revision }) => [revision, state])).toEqual([
      [5, 'deleted'],
      [4, 'enabled'],
      [3, 'disabled'],
      [2, 'enabled'],
      [1, 'enabled'],
    ]);
  });

  it('keep what they made through a restart', async () => {
    const servers = toolServers();
    const first = await servers.overStdio(era);
    await first.call('code-mode', {
      name: 'kept',
      servers: [],
      code: 'return [args.a];',
      description: 'Makes a list.',
    });
    expect(await first.call('dynamic.tool.create', { fromCodeMode: 'kept' })).toMatchObject({ isError: false });
    await first.call('dynamic.tool.create', { tool: PLUS });
    await first.close();
    const second = await servers.overStdio(era);
    // Called before it is listed, as a client does that knows it from before.
    expect((await second.call('plus', { n: 1 })).structured.result).toBe('The sum of 1 and 1 is 2.');
    await untilListed(second, (names) => names.includes('plus') && names.includes('kept'));
    expect((await second.call('kept', { a: 1 })).structured.result).toEqual([1]);
  });

  it('are told exactly why a tool is not stored', async () => {
    const servers = toolServers();
    const client = await servers.overStdio(era);
    const create = async (more: object) =>
      (await client.call('dynamic.tool.create', { tool: { ...PLUS, ...more } })).structured;
    expect(await create({ code: 'return await mcp.everything.get_sum({ a: args.m, b: 1 });' })).toMatchObject({
      error: { code: 'ARGUMENTS_INVALID', message: 'The code of "plus" has 1 mistake; nothing was stored.' },
      diagnostics: [{ line: 1, column: 47, code: 'TS2339' }],
    });
    expect(await create({ code: 'import "nowhere"; return 1' })).toHaveProperty('diagnostics');
    expect((await create({ servers: ['everythin'] })).error).toMatchObject({
      code: 'UPSTREAM_UNKNOWN',
      message: expect.stringContaining('Did you mean "everything"?'),
    });
    expect((await create({ servers: [] })).diagnostics).toHaveLength(1);
    expect(
      (await create({ inputSchema: { type: 'object', properties: { n: { type: 'numbr' } } } })).error,
    ).toMatchObject({
      message: expect.stringContaining('inputSchema.properties.n.type: expected one of'),
    });
    expect((await create({ image: 'node:24-slim' })).error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect((await create({ dependencies: [{ name: 'left-pad', version: '1' }] })).error).toMatchObject({
      code: 'DEPENDENCY_REFUSED',
    });
    for (const name of [
      'system.health',
      '__proto__',
      'dynamic.tool.create',
      'run_js',
      'everything.echo',
      'a b',
      'code-mode-x',
    ])
      expect((await create({ name })).error, name).toMatchObject({
        code: 'ARGUMENTS_INVALID',
        mistakes: [expect.stringMatching(/^name: expected/)],
      });
    expect((await client.call('dynamic.tool.list')).structured).toEqual({ tools: [] });
    expect(servers.isThere()).toBe(false);
  });
});

describe('several processes on one registry file', SLOW, () => {
  it("list and call each other's tools, and only one of two changes wins", async () => {
    const servers = toolServers();
    const [one, other] = [await servers.overStdio('2026'), await servers.overStdio('v1')];
    await one.list();
    await one.call('dynamic.tool.create', { tool: PLUS });
    await untilListed(other, (names) => names.includes('plus'));
    expect((await other.call('plus', { n: 4 })).structured.result).toBe('The sum of 4 and 1 is 5.');
    const patch = { description: 'Adds.' };
    const changes = await Promise.all(
      [one, other].map((client) => client.call('dynamic.tool.update', { name: 'plus', patch, expectedRevision: 1 })),
    );
    const [lost] = changes.filter(({ isError }) => isError);
    expect(changes.filter(({ isError }) => isError)).toHaveLength(1);
    expect(lost?.structured.error).toMatchObject({ code: 'REGISTRY_CONFLICT', details: { currentRevision: 2 } });
    // Without a revision both are made, one on top of the other.
    const both = await Promise.all([
      one.call('dynamic.tool.update', { name: 'plus', patch: { title: 'Plus' } }),
      other.call('dynamic.tool.update', { name: 'plus', patch: { tags: ['sum'] } }),
    ]);
    expect(both.map(({ isError }) => isError)).toEqual([false, false]);
    expect((await one.call('dynamic.tool.get', { name: 'plus' })).structured).toMatchObject({
      revision: 4,
      definition: { ...PLUS, title: 'Plus', tags: ['sum'], description: 'Adds.' },
    });
    const taken = await other.call('dynamic.tool.create', { tool: { ...PLUS, name: 'PLUS' } });
    expect(taken.structured.error).toMatchObject({ code: 'REGISTRY_CONFLICT' });
  });

  it('are refused every change where they were started read-only, and call what there is', async () => {
    const servers = toolServers();
    await (await servers.overStdio('2025')).call('dynamic.tool.create', { tool: PLUS });
    const reader = await servers.overStdio('2025', '--read-only');
    await untilListed(reader, (names) => names.includes('plus'));
    const changes: readonly (readonly [string, object])[] = [
      ['create', { tool: { ...PLUS, name: 'minus' } }],
      ['update', { name: 'plus', patch: { title: 'x' } }],
      ['enable', { name: 'plus', enabled: false }],
      ['rollback', { name: 'plus', revision: 1 }],
      ['delete', { name: 'plus' }],
    ];
    for (const [change, args] of changes)
      expect((await reader.call(`dynamic.tool.${change}`, args)).structured.error, change).toMatchObject({
        code: 'REGISTRY_READ_ONLY',
      });
    expect((await reader.call('plus', { n: 1 })).isError).toBe(false);
    expect((await reader.call('dynamic.tool.test', { name: 'plus', args: { n: 1 } })).isError).toBe(false);
    expect((await reader.call('system.health')).structured.registry).toEqual({
      ...{ ok: true, kind: 'sqlite', readOnly: true, tools: 1 },
    });
  });
});

describe('a server', SLOW, () => {
  it('whose client keeps no tools makes no registry file', async () => {
    const servers = toolServers();
    const client = await servers.overStdio('2026');
    await client.list();
    expect((await client.call('run_js', { code: 'return 1' })).structured.result).toBe(1);
    expect((await client.call('dynamic.tool.list')).structured).toEqual({ tools: [] });
    expect((await client.call('dynamic.tool.get', { name: 'x' })).structured.error).toMatchObject({
      code: 'TOOL_UNKNOWN',
    });
    expect((await client.call('dynamic.tool.test', { tool: PLUS, args: { n: 1 } })).isError).toBe(false);
    expect((await client.call('system.health')).structured.registry).toMatchObject({ ok: true, tools: 0 });
    await client.close();
    expect(servers.isThere()).toBe(false);
  });

  it('has programs of dynamic tools reach servers of theirs, and no tool of Codeloom', async () => {
    const client = await toolServers().overStdio('2026');
    const code = 'const all = mcp as object; return Object.keys(all);';
    await client.call('dynamic.tool.create', { tool: { ...PLUS, name: 'looks', code } });
    expect((await client.call('looks', { n: 1 })).structured.result).toEqual(['everything']);
    for (const callee of ['mcp.looks', 'mcp.codeloom.looks', 'mcp.everything.looks', 'mcp.dynamic.tool.list']) {
      const tool = { ...PLUS, name: 'calls', code: `return await ${callee}({ n: 1 });` };
      expect((await client.call('dynamic.tool.create', { tool })).structured.diagnostics, callee).toHaveLength(1);
    }
  });

  it('without a registry lists no tools for one', async () => {
    const client = await toolServers().overStdio('2026', '--registry', 'none');
    expect((await namesOf(client)).filter((name) => name.startsWith('dynamic'))).toEqual([]);
    expect((await client.call('system.health')).structured).not.toHaveProperty('registry');
  });

  it('whose registry cannot be used serves all the rest, and says so', async () => {
    // A folder of this name cannot be: it is a file.
    const client = await toolServers('mcp.json/registry.db').overStdio('2026');
    expect((await client.call('run_js', { code: 'return 1' })).structured.result).toBe(1);
    expect(await namesOf(client)).toContain('dynamic.tool.create');
    const { structured, text } = await client.call('system.health');
    expect(structured).toMatchObject({
      ok: true,
      registry: { ok: false, reason: expect.stringContaining('cannot be') },
    });
    expect(text).toContain('registry (sqlite): not working');
    const { error } = (await client.call('dynamic.tool.create', { tool: PLUS })).structured;
    expect(error).toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryable: true });
  });

  it('shows a tool that was changed by hand with the reason, and does not run it', async () => {
    const servers = toolServers();
    const first = await servers.overStdio('2026');
    for (const name of ['plus', 'sound']) await first.call('dynamic.tool.create', { tool: { ...PLUS, name } });
    await first.close();
    const database = new DatabaseSync(servers.file);
    database.exec("UPDATE codeloom_revisions SET code = 'return 666' WHERE name = 'plus'");
    database.close();
    const client = await servers.overStdio('2026');
    await untilListed(client, (names) => names.includes('sound'));
    expect(await namesOf(client)).not.toContain('plus');
    await expect(client.call('plus', { n: 1 })).rejects.toThrow('no tool');
    const { structured } = await client.call('dynamic.tool.list');
    expect(structured.tools).toMatchObject([
      { name: 'plus', state: 'quarantined', reason: expect.stringContaining('changed outside') },
      { name: 'sound', state: 'enabled' },
    ]);
    expect((await client.call('dynamic.tool.enable', { name: 'plus', enabled: true })).isError).toBe(true);
    const partial = await client.call('dynamic.tool.update', { name: 'plus', patch: { title: 'Plus' } });
    expect(partial.structured.error).toMatchObject({
      message: expect.stringMatching(/"plus" is in quarantine; give it a new description and code .* changed outside/),
    });
    const { name: _, ...patch } = PLUS;
    expect((await client.call('dynamic.tool.update', { name: 'plus', patch })).structured).toMatchObject({
      revision: 2,
    });
    expect((await client.call('plus', { n: 1 })).isError).toBe(false);
  });
});
