import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LiveServer, startServer } from '../server/live-server.ts';
import { type BareSession, HONEST, honestRun, messageOf, openSession, post } from '../server/raw-client.ts';

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bare', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

let server: LiveServer;
let victim: BareSession;
let attacker: BareSession;
beforeAll(async () => {
  server = await startServer({ upstreams: { slow: ['slow'] } });
  [victim, attacker] = await Promise.all([openSession(server), openSession(server)]);
  await victim.call('code-mode', { name: 'plan-b', servers: [], description: 'SECRET-D', code: 'return "SECRET-R"' });
});
beforeEach(async () => {
  expect(await victim.call('mcp-exec', { name: 'code-mode-plan-b', arguments: {} })).toMatchObject({
    result: 'SECRET-R',
  });
});
afterAll(async () => {
  expect(await honestRun(server)).toEqual(HONEST);
  expect(server.log()).not.toMatch(/"level":(?:50|60)/);
  expect(await server.end()).toEqual([]);
});

/** A request of a client without a session, of revision 2026-07-28. */
async function modern(method: string, params: object) {
  const name = 'name' in params ? { 'Mcp-Name': String(params.name) } : {};
  const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method, ...name };
  return post(server, { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: MODERN } }, headers);
}

/** A run of the victim that waits in a tool call until it is released, and the id of its request. */
async function waitingRun(id: number) {
  const running = victim.run('return await mcp.slow.work()', id);
  const release = async () => {
    await expect
      .poll(
        async () => {
          await victim.run('return await mcp.slow.release()');
          return Promise.race([
            running.then(({ result }) => result),
            new Promise((resolve) => setImmediate(resolve, 'waits')),
          ]);
        },
        { timeout: 15_000 },
      )
      .toBe('done');
    return running;
  };
  return { release };
}

describe('a tool of one workspace', () => {
  it('1001 is not in the list of another, nor of a client without a session', async () => {
    const lists = await Promise.all([attacker.send({ id: 2, method: 'tools/list' }), modern('tools/list', {})]);
    for (const list of lists) {
      expect(list.text).toContain('run_js');
      expect(list.text).not.toContain('plan-b');
      expect(list.text).not.toContain('SECRET');
    }
  });

  it('1002 cannot be called, executed or deleted by its name from another', async () => {
    const tries = [
      await attacker.send({ id: 3, method: 'tools/call', params: { name: 'code-mode-plan-b', arguments: {} } }),
      await attacker.send({
        id: 4,
        method: 'tools/call',
        params: { name: 'mcp-exec', arguments: { name: 'code-mode-plan-b', arguments: {} } },
      }),
      await attacker.send({
        id: 5,
        method: 'tools/call',
        params: { name: 'code-mode-delete', arguments: { name: 'plan-b' } },
      }),
      await modern('tools/call', { name: 'code-mode-plan-b', arguments: {} }),
      await modern('tools/call', { name: 'code-mode-delete', arguments: { name: 'plan-b' } }),
    ];
    for (const { text } of tries) {
      expect(text).toMatch(/"error"|"isError":true/);
      expect(text).not.toContain('SECRET');
    }
  });

  it('1003 is not replaced by one of the same name in another', async () => {
    const made = await attacker.call('code-mode', {
      name: 'plan-b',
      servers: [],
      code: 'return "ATTACK"',
      replace: true,
    });
    expect(made).not.toHaveProperty('error');
    expect(await attacker.call('mcp-exec', { name: 'code-mode-plan-b', arguments: {} })).toMatchObject({
      result: 'ATTACK',
    });
    expect(await victim.call('mcp-exec', { name: 'code-mode-plan-b', arguments: {} })).toMatchObject({
      result: 'SECRET-R',
    });
    await attacker.call('code-mode-delete', { name: 'plan-b' });
  });

  it('1004 is not named by the hint that a wrong name gets in another', async () => {
    const { text } = await attacker.send({
      id: 6,
      method: 'tools/call',
      params: { name: 'code-mode-secre', arguments: {} },
    });
    expect(text).not.toContain('code-mode-plan-b');
  });

  it('1005 that is made sends its news to nobody else', async () => {
    const leave = new AbortController();
    const headers = { Accept: 'text/event-stream', 'Mcp-Session-Id': attacker.id };
    const stream = await fetch(server.url, { headers, signal: leave.signal });
    const heard = stream.text().catch(() => '');
    await victim.call('code-mode', { name: 'news', servers: [], code: 'return 1' });
    await victim.call('code-mode-delete', { name: 'news' });
    // Its own news comes last, and is the only one.
    const reader = attacker.call('code-mode', { name: 'own', servers: [], code: 'return 1' });
    await reader;
    await attacker.call('code-mode-delete', { name: 'own' });
    await attacker.end();
    const events = (await heard).match(/tools\/list_changed/g) ?? [];
    leave.abort();
    expect(events.length).toBeLessThanOrEqual(2);
    attacker = await openSession(server);
  });
});

describe('a run of one workspace', () => {
  it('1006 is not cancelled by another’s notice of the same request id', async () => {
    const { release } = await waitingRun(77);
    const params = { requestId: 77, reason: 'attack' };
    expect((await attacker.send({ method: 'notifications/cancelled', params })).status).toBe(202);
    await modern('notifications/cancelled', params);
    expect(await release()).toMatchObject({ kind: 'completed', result: 'done' });
  });

  it('1007 is not cancelled when another’s session ends', async () => {
    const other = await openSession(server);
    await other.run('return 1', 78);
    const { release } = await waitingRun(78);
    await other.end();
    expect(await release()).toMatchObject({ kind: 'completed', result: 'done' });
  });

  it('1008 tells its progress to nobody else under the same token', async () => {
    const call = {
      method: 'tools/call',
      params: {
        name: 'run_js',
        arguments: { code: 'await mcp.slow.release(); await sleep(200); return 1' },
        _meta: { progressToken: 'same' },
      },
    };
    const [mine, theirs] = await Promise.all([victim.send({ id: 90, ...call }), attacker.send({ id: 91, ...call })]);
    expect([messageOf(mine, 91), messageOf(theirs, 90)]).toEqual([undefined, undefined]);
    expect([messageOf(mine, 90), messageOf(theirs, 91)]).not.toContain(undefined);
  });

  it('1009 leaves nothing in its worker that another could find', async () => {
    const mark =
      'globalThis.mark = "SECRET-G"; Object.prototype.mark = "SECRET-G"; Symbol.for("mark").description; return 1';
    await Promise.all([victim.run(mark), victim.run(mark)]);
    const look = 'return [globalThis.mark ?? null, ({}).mark ?? null, [].mark ?? null]';
    expect(
      await attacker.run(
        look
          .replaceAll('({}).mark', '({} as any).mark')
          .replaceAll('globalThis.mark', '(globalThis as any).mark')
          .replaceAll('[].mark', '([] as any).mark'),
      ),
    ).toMatchObject({ result: [null, null, null] });
  });

  it('1010 has logs, arguments and an id that no other outcome shows', async () => {
    const mine = await victim.call('run_js', {
      code: 'console.log("SECRET-L"); throw new Error("SECRET-E")',
      args: { a: 'SECRET-A' },
    });
    const theirs = [
      await attacker.run('return 1'),
      await attacker.call('system.health', {}),
      await attacker.call('mcp-types', {}),
    ];
    expect(JSON.stringify(mine)).toContain('SECRET-E');
    expect(JSON.stringify(theirs)).not.toMatch(/SECRET/);
    expect(JSON.stringify(theirs)).not.toContain(String(mine.runId));
  });
});

describe('a session of one client', () => {
  it('1011 cannot be read on from another by its event ids', async () => {
    for (const lastEventId of ['0', '1', `${victim.id}_1`, victim.id]) {
      const leave = new AbortController();
      const headers = { Accept: 'text/event-stream', 'Mcp-Session-Id': attacker.id, 'Last-Event-ID': lastEventId };
      const response = await fetch(server.url, { headers, signal: leave.signal });
      // Nothing is stored, so there is nothing to replay: either a refusal or an empty stream.
      expect([200, 400, 409]).toContain(response.status);
      const body = response.text().catch(() => '');
      leave.abort();
      expect(await body).not.toContain('SECRET');
    }
  });

  it('1012 is untouched by a body that claims to be of another revision', async () => {
    const headers = { 'Mcp-Session-Id': victim.id, 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' };
    const { text } = await post(
      server,
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: MODERN } },
      headers,
    );
    // A client without sessions has the workspace of such clients, whatever id it holds up.
    expect(text).not.toContain('plan-b');
  });

  it('1013 whose id another knows is the other’s too: the id is the secret, and no answer or log shows it', async () => {
    const own = await openSession(server);
    await own.run('return await mcp.slow.nothing()');
    await own.run('throw new Error("x")');
    expect(server.log()).not.toContain(own.id);
    await own.end();
  });
});
