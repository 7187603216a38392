import { describe, expect, it } from 'vitest';
import type { TestClient } from '../../unit/server/clients.ts';
import { codeOf, policyServers } from './policy-servers.ts';

const POLICY = JSON.stringify({
  rules: [
    { subjects: ['*'], engines: ['node'] },
    { subjects: ['olga'], servers: { '*': {} } },
    { subjects: ['alice', 'team-*'], servers: { everything: { allowTools: ['get-sum'] } } },
    { subjects: ['carl'], codeloomTools: ['mcp-exec', 'system.health'], servers: { everything: {} } },
    { subjects: ['rita'], servers: { everything: {} }, rates: { runsPerMinute: 1 } },
  ],
});
const SUM = 'return mcp.everything.get_sum({ a: 1, b: 2 });';
const ECHO = "return mcp.everything.echo({ message: 'hello' });";
const TOOL = { description: 'Calls a tool.', servers: ['everything'] };

const run = async (client: TestClient, code: string, more: object = {}) =>
  (await client.call('run_js', { code, ...more })).structured;

describe('a policy for many subjects, over HTTP', { timeout: 120_000 }, () => {
  it('gives each what its own rules allow, in whatever order they ask', async () => {
    const connect = await policyServers(POLICY).overHttp();
    const [olga, alice, bob] = await Promise.all(['olga', 'alice', 'bob'].map((subject) => connect(subject)));
    for (const _ of [1, 2]) {
      expect(await run(olga as TestClient, ECHO)).toMatchObject({ kind: 'completed' });
      expect(await run(alice as TestClient, ECHO)).toMatchObject({ kind: 'type-error' });
      expect(await run(alice as TestClient, SUM)).toMatchObject({ kind: 'completed' });
      expect(await run(bob as TestClient, SUM)).toMatchObject({ kind: 'type-error' });
      expect(await run(bob as TestClient, 'return 1;')).toMatchObject({ result: 1 });
    }
    expect(codeOf({ structured: await run(bob as TestClient, SUM, { servers: ['everything'] }) })).toBe('DENIED');
  });

  it('has a stored tool do no more than whoever calls it may', async () => {
    const connect = await policyServers(POLICY).overHttp();
    const [olga, alice, bob] = await Promise.all(['olga', 'alice', 'bob'].map((subject) => connect(subject)));
    for (const [name, code] of [
      ['sums', SUM],
      ['echoes', ECHO],
    ] as const) {
      const made = await olga?.call('dynamic.tool.create', { tool: { ...TOOL, name, code } });
      expect(made?.isError, made?.text).toBe(false);
      expect((await olga?.call(name))?.structured).toMatchObject({ kind: 'completed' });
    }
    expect((await alice?.call('sums'))?.structured).toMatchObject({ kind: 'completed' });
    expect((await alice?.call('echoes'))?.structured).toMatchObject({ kind: 'type-error' });
    expect((await alice?.call('mcp-exec', { name: 'echoes' }))?.structured).toMatchObject({ kind: 'type-error' });
    for (const denied of [await bob?.call('sums'), await bob?.call('mcp-exec', { name: 'sums' })])
      expect(codeOf(denied ?? { structured: {} })).toBe('DENIED');
    // And is none that somebody else can change to do more, for its maker's sake or for anybody's.
    const patch = { code: `${ECHO} // once more` };
    expect((await alice?.call('dynamic.tool.update', { name: 'sums', patch }))?.isError).toBe(true);
    expect((await olga?.call('sums'))?.structured).toMatchObject({ kind: 'completed' });
  });

  it('lets nobody take the name of a server that they do not see', async () => {
    const alice = await (await policyServers(POLICY).overHttp())('alice');
    const tool = { name: 'memory.read_graph', description: 'Says nothing.', code: 'return 1;' };
    const answer = await alice.call('dynamic.tool.create', { tool });
    expect([answer.isError, answer.text]).toEqual([true, expect.stringContaining('expected a name that is free')]);
  });

  it('lets nobody call tools of Codeloom beyond those that are listed, under any spelling', async () => {
    const carl = await (await policyServers(POLICY).overHttp())('carl');
    expect((await carl.list()).map(({ name }) => name)).toEqual(['mcp-exec', 'system.health']);
    const names = ['run_js', 'run_js_ephemeral', 'code-mode', 'dynamic.tool.create', 'dynamic_tool_create'];
    for (const name of names) {
      expect(codeOf(await carl.call(name, { code: 'return 1;' })), name).toBe('DENIED');
      expect(codeOf(await carl.call('mcp-exec', { name, arguments: { code: 'return 1;' } })), name).toBe('DENIED');
    }
    expect((await carl.call('system_health')).isError).toBe(false);
    expect((await carl.call('mcp-exec', { name: 'everything.echo', arguments: { message: 'x' } })).isError).toBe(false);
  });

  it('holds a subject to the rates of its rules, and nobody else', async () => {
    const connect = await policyServers(POLICY).overHttp();
    const [rita, again, alice] = await Promise.all(['rita', 'rita', 'alice'].map((subject) => connect(subject)));
    expect(await run(rita as TestClient, 'return 1;')).toMatchObject({ result: 1 });
    expect(codeOf({ structured: await run(again as TestClient, 'return 1;') })).toBe('RATE_LIMITED');
    for (const _ of [1, 2]) expect(await run(alice as TestClient, 'return 1;')).toMatchObject({ result: 1 });
  });
});
