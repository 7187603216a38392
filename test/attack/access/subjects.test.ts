import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Guarded, startGuarded } from '../../unit/server/http/access/guarded.ts';
import { JSON_HEADERS } from '../../unit/server/serving.ts';

const PING = { jsonrpc: '2.0', id: 9, method: 'ping' };

const bearer = async ({ issuer }: Guarded, sub: string, more: object = {}) => ({
  Authorization: `Bearer ${await issuer.sign({ sub, ...more })}`,
});

/** A request in a session of the 2025 revisions. */
function inSession(
  { url }: Guarded,
  session: string,
  headers: Readonly<Record<string, string>>,
  method = 'POST',
): Promise<Response> {
  const own = { ...JSON_HEADERS, ...headers, 'Mcp-Session-Id': session };
  if (method !== 'POST') return fetch(url, { method, headers: { ...own, Accept: 'text/event-stream' } });
  return fetch(url, { method, headers: own, body: JSON.stringify(PING) });
}

async function openAs(guarded: Guarded, sub: string, more: object = {}): Promise<string> {
  return (await guarded.knock(await bearer(guarded, sub, more))).headers.get('mcp-session-id') ?? '';
}

describe('166 a session with tokens', () => {
  it.each(['POST', 'GET', 'DELETE'])('166 that was stolen is one that never was, by %s', async (method) => {
    const guarded = await startGuarded();
    const session = await openAs(guarded, 'ann');
    const thief = await bearer(guarded, 'bob');
    const [stolen, guessed] = await Promise.all(
      [session, randomUUID()].map((id) => inSession(guarded, id, thief, method)),
    );
    expect([stolen?.status, await stolen?.text()]).toEqual([404, await guessed?.text()]);
    expect(guarded.denials()).toEqual([['bob', 'session']]);
    // Its owner has it still, with another token as well.
    expect((await inSession(guarded, session, await bearer(guarded, 'ann', { jti: 'another' }))).status).toBe(200);
  });

  it('166 that was stolen without a token is no session either', async () => {
    const guarded = await startGuarded();
    const session = await openAs(guarded, 'ann');
    expect((await inSession(guarded, session, {})).status).toBe(401);
  });

  it('166 whose id somebody else was made to use is opened for nobody', async () => {
    const guarded = await startGuarded();
    const session = await openAs(guarded, 'bob');
    const victim = await guarded.knock({ ...(await bearer(guarded, 'ann')), 'Mcp-Session-Id': session });
    expect(victim.status).toBe(404);
  });

  it('166 has the scopes of each request’s token, not of the one that opened it', async () => {
    const guarded = await startGuarded();
    const session = await openAs(guarded, 'ann', { scope: 'codeloom.execute codeloom.manage' });
    const weaker = await bearer(guarded, 'ann', { scope: 'codeloom.manage' });
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'run_js', arguments: { code: '1' } } };
    const headers = { ...JSON_HEADERS, ...weaker, 'Mcp-Session-Id': session };
    const answer = await fetch(guarded.url, { method: 'POST', headers, body: JSON.stringify(call) });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringMatching(
        /^Bearer error="insufficient_scope".*scope="codeloom\.manage codeloom\.execute".*resource_metadata="/,
      ),
    ]);
    expect([guarded.parts.executed, guarded.denials()]).toEqual([[], [['ann', 'scope codeloom.execute']]]);
  });
});

const LISTEN = {
  jsonrpc: '2.0',
  id: 1,
  method: 'subscriptions/listen',
  params: {
    notifications: { toolsListChanged: true },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'bare', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};

describe('what was begun with a token that expires', () => {
  /** The wall clock stands still until the test turns it: however long a request takes, its token is good. */
  async function start() {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    onTestFinished(() => void vi.useRealTimers());
    const guarded = await startGuarded({ clockToleranceS: 0 });
    const short = await bearer(guarded, 'ann', { exp: 1_800_000_001 });
    return { guarded, short, expire: () => vi.setSystemTime(1_800_000_002_000) };
  }

  it('166 a stream of a session ends with it, and the session goes on with a new one', async () => {
    const { guarded, short, expire } = await start();
    const session = await openAs(guarded, 'ann');
    const stream = await inSession(guarded, session, short, 'GET');
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    // Resolves when the server has ended it, which nothing else makes it do.
    await stream.text();
    expire();
    expect((await inSession(guarded, session, short)).status).toBe(401);
    const fresh = await bearer(guarded, 'ann');
    expect((await inSession(guarded, session, fresh)).status).toBe(200);
    const again = await inSession(guarded, session, fresh, 'GET');
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });

  it('a stream of revision 2026-07-28 ends with it', async () => {
    const { guarded, short } = await start();
    const own = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' };
    const headers = { ...JSON_HEADERS, ...short, ...own };
    const stream = await fetch(guarded.url, { method: 'POST', headers, body: JSON.stringify(LISTEN) });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(await stream.text()).toContain('subscriptions/acknowledged');
  });

  it('a call is answered after it', async () => {
    const { guarded, short, expire } = await start();
    const session = await openAs(guarded, 'ann');
    const code = "await new Promise((end) => setTimeout(end, 1_500)); return 'late';";
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'run_js', arguments: { code } } };
    const headers = { ...JSON_HEADERS, ...short, 'Mcp-Session-Id': session };
    const answered = fetch(guarded.url, { method: 'POST', headers, body: JSON.stringify(call) });
    await vi.waitFor(() => expect(guarded.parts.executed.length).toBe(1), 20_000);
    expire();
    expect(await (await answered).text()).toContain('"result":"late"');
    expect((await inSession(guarded, session, headers)).status).toBe(401);
  });
});

describe('the workspace of clients without sessions', () => {
  const MAKE = { name: 'mine', servers: [], code: 'return "of ann"' };

  it('is one for each subject, whatever their tokens', async () => {
    const guarded = await startGuarded();
    const connect = async (sub: string, more: object = {}) =>
      guarded.connect('2026', 'test-client', await bearer(guarded, sub, more));
    const ann = await connect('ann');
    await ann.call('code-mode', MAKE);
    const names = async (client: typeof ann) =>
      (await client.list()).map(({ name }) => name).filter((name) => name.startsWith('code-mode-m'));
    const bob = await connect('bob');
    expect([await names(ann), await names(await connect('ann', { jti: 'other' })), await names(bob)]).toEqual([
      ['code-mode-mine'],
      ['code-mode-mine'],
      [],
    ]);
    await expect(bob.call('code-mode-mine')).rejects.toThrow('There is no tool "code-mode-mine"');
    expect((await bob.call('mcp-exec', { name: 'code-mode-mine' })).isError).toBe(true);
    expect((await bob.call('code-mode-delete', { name: 'mine' })).isError).toBe(true);
    expect(await names(ann)).toEqual(['code-mode-mine']);
  });

  it.each(['default', '__proto__', 'constructor', 'session:1', 'subject:ann', 'ANN', 'ann '.trim().concat('/')])(
    'is not reached by a subject who is called %s',
    async (name) => {
      const guarded = await startGuarded();
      const ann = await guarded.connect('2026', 'test-client', await bearer(guarded, 'ann'));
      await ann.call('code-mode', MAKE);
      const other = await guarded.connect('2026', 'test-client', await bearer(guarded, name));
      expect((await other.list()).map((tool) => tool.name)).not.toContain('code-mode-mine');
    },
  );
});
