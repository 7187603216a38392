import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveServer, startServer } from './live-server.ts';
import { HONEST, honestRun, INITIALIZE, messageOf, openSession, post } from './raw-client.ts';

const PING = { jsonrpc: '2.0', id: 9, method: 'ping' };
const CAP = 20;

let server: LiveServer;
beforeAll(async () => {
  server = await startServer({ upstreams: { slow: ['slow'] }, settings: { limits: { workspaces: CAP } } });
});
afterAll(async () => {
  expect(server.log()).not.toMatch(/"level":(?:50|60)/);
  expect(await server.end()).toEqual([]);
});

const withId = (id: string, method = 'POST') =>
  fetch(server.url, {
    method,
    headers: {
      'Mcp-Session-Id': id,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
    },
    ...(method === 'POST' ? { body: JSON.stringify(PING) } : {}),
  });

describe('166 a session id', () => {
  it.each([
    ['that was guessed', randomUUID()],
    ['of a name that every object has', '__proto__'],
    ['of another such name', 'constructor'],
    ['of one workspace that always is', 'default'],
    ['of a session’s key inside', `session:${randomUUID()}`],
    ['of a path', '../../etc/passwd'],
    ['of eight thousand characters', 'a'.repeat(8_000)],
    ['that is empty', ''],
  ])('166 %s opens nothing, by any method', async (_what, id) => {
    const statuses = await Promise.all(
      ['POST', 'GET', 'DELETE'].map(async (method) => (await withId(id, method)).status),
    );
    expect(statuses).toEqual([404, 404, 404]);
  });

  it('166 is not found in another spelling', async () => {
    const session = await openSession(server);
    for (const id of [
      session.id.toUpperCase(),
      `${session.id}0`,
      session.id.slice(0, -1),
      `${session.id}, ${session.id}`,
    ]) {
      if (id !== session.id) expect((await withId(id)).status).toBe(404);
    }
    expect((await withId(session.id)).status).toBe(200);
    await session.end();
  });

  it('166 is dead after DELETE, whatever is replayed with it', async () => {
    const session = await openSession(server);
    expect(await session.end()).toBe(200);
    const replayed = await post(server, INITIALIZE, { 'Mcp-Session-Id': session.id });
    expect([replayed.status, (await withId(session.id)).status, await session.end()]).toEqual([404, 404, 404]);
  });

  it('166 cannot be chosen by the client', async () => {
    const own = randomUUID();
    expect((await post(server, INITIALIZE, { 'Mcp-Session-Id': own })).status).toBe(404);
    expect((await withId(own)).status).toBe(404);
  });

  it('166 is not given a second time by a second initialize in the same session', async () => {
    const session = await openSession(server);
    const again = await post(server, { ...INITIALIZE, id: 2 }, { 'Mcp-Session-Id': session.id });
    expect([400, 404]).toContain(again.status);
    expect((await session.run('return 1')).result).toBe(1);
    await session.end();
  });

  it('166 of one session is found in no answer of another', async () => {
    const [one, other] = [await openSession(server), await openSession(server)];
    const answers = await Promise.all([
      other.call('system.health', {}),
      other.call('mcp-types', {}),
      other.run('return Object.keys(globalThis)'),
    ]);
    expect(JSON.stringify(answers)).not.toContain(one.id);
    await Promise.all([one.end(), other.end()]);
  });
});

describe('166 sessions by the thousand', () => {
  it('166 opened and left push out only those that nobody has used', async () => {
    const used = await openSession(server);
    expect((await used.run('return "mine"')).result).toBe('mine');
    for (let batch = 0; batch < 20; batch += 1) {
      const opened = await Promise.all(Array.from({ length: 50 }, () => post(server, INITIALIZE)));
      expect(opened.every(({ status }) => status === 200)).toBe(true);
    }
    expect((await used.run('return "still mine"')).result).toBe('still mine');
    await used.end();
    expect(await honestRun(server)).toEqual(HONEST);
  });

  it('166 all in use are refused at the cap with when to come back, and make room when one ends', async () => {
    const used = [];
    for (;;) {
      const opened = await post(server, INITIALIZE);
      if (opened.status === 503) {
        expect([opened.headers.get('retry-after'), opened.text]).toEqual([
          '5',
          expect.stringContaining('limit workspaces'),
        ]);
        break;
      }
      const id = opened.headers.get('mcp-session-id') ?? '';
      const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'system.health', arguments: {} } };
      await post(server, call, { 'Mcp-Session-Id': id });
      used.push(id);
    }
    expect(used.length).toBeGreaterThan(CAP / 2);
    await withId(used[0] ?? '', 'DELETE');
    expect(await honestRun(server)).toEqual(HONEST);
    await Promise.all(used.map((id) => withId(id, 'DELETE')));
  });
});

describe('two clients', () => {
  it.each<[what: string, id: number | string]>([
    ['number', 7],
    ['text', 'same'],
    ['name that every object has', '__proto__'],
    ['number that is no whole one', 0.5],
    ['number beyond what is exact', 2 ** 53],
  ])('166 with the same request id, a %s, get each their own answer', async (_what, id) => {
    const sessions = await Promise.all([openSession(server), openSession(server)]);
    const results = await Promise.all(
      sessions.map(async (session, at) => (await session.run(`return "of ${at}"`, id)).result),
    );
    // An id that JSON-RPC of MCP does not allow may be refused; it is never answered with another's result.
    for (const [at, result] of results.entries()) expect([`of ${at}`, undefined]).toContain(result);
    if (typeof id === 'string' || Number.isSafeInteger(id)) expect(results).toEqual(['of 0', 'of 1']);
    await Promise.all(sessions.map((session) => session.end()));
  });

  it('166 with the same id twice in one session get two answers or one refusal, and the session lives', async () => {
    const session = await openSession(server);
    const call = (code: string) =>
      session.send({ id: 5, method: 'tools/call', params: { name: 'run_js', arguments: { code } } });
    const answers = await Promise.race([
      Promise.all([call('await sleep(50); return "one"'), call('return "two"')]),
      session.run('await sleep(500); return 0'),
    ]);
    if (Array.isArray(answers))
      for (const answer of answers) expect(answer.status === 200 ? messageOf(answer, 5) : answer.text).toBeDefined();
    expect((await session.run('return 4')).result).toBe(4);
    await session.end();
  });
});

describe('90 a storm of cancellations', () => {
  it('90 of a thousand at once leaves every run settled and the server at work', async () => {
    const session = await openSession(server);
    const ids = Array.from({ length: 200 }, (_, at) => 1_000 + at);
    const leave = new AbortController();
    const runs = ids.map((id) => {
      const params = { name: 'run_js', arguments: { code: 'await sleep(20_000)' } };
      return session.send({ id, method: 'tools/call', params }, leave.signal).catch(() => 'left');
    });
    const cancel = (requestId: unknown) => session.send({ method: 'notifications/cancelled', params: { requestId } });
    // Five of each, some for requests that never were: as a broken client would.
    const storm = ids.flatMap((id) => [id, id, id, `${id}`, -id]);
    expect((await Promise.all(storm.map(cancel))).every(({ status }) => status === 202)).toBe(true);
    leave.abort();
    await Promise.all(runs);
    expect(await honestRun(server)).toEqual(HONEST);
    const health = (await session.call('system.health', {})) as { engine: { busy: number } };
    expect(health.engine.busy).toBeLessThanOrEqual(64);
    await expect
      .poll(async () => ((await session.call('system.health', {})) as typeof health).engine.busy, { timeout: 15_000 })
      .toBe(0);
    await session.end();
  });
});
