import { describe, expect, it, onTestFinished } from 'vitest';
import type { Claims } from '../../fixtures/issuer/issuer.ts';
import { startIssuer } from '../../fixtures/issuer/issuer.ts';
import { accessTo } from '../../unit/server/http/access/guarded.ts';
import { initializeBody, JSON_HEADERS, startHttp } from '../../unit/server/serving.ts';

async function startCrowded(workspaces: number) {
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  const server = await startHttp({ settings: { access: accessTo(issuer) }, limits: { workspaces } });
  const bearer = async (sub: string, more: Claims = {}) => ({
    ...JSON_HEADERS,
    Authorization: `Bearer ${await issuer.sign({ sub, ...more })}`,
  });
  const post = async (sub: string, body: string, more: Readonly<Record<string, string>> = {}) =>
    fetch(server.url, { method: 'POST', headers: { ...(await bearer(sub)), ...more }, body });
  const open = async (sub: string) => {
    const answer = await post(sub, initializeBody());
    return { status: answer.status, text: await answer.text(), id: answer.headers.get('mcp-session-id') ?? '' };
  };
  /** A session in which a tool was called is one that gives way to nobody. */
  const openAndUse = async (sub: string) => {
    const opened = await open(sub);
    if (opened.status !== 200) return opened;
    const params = { name: 'system.health', arguments: {} };
    const call = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params });
    await (await post(sub, call, { 'Mcp-Session-Id': opened.id })).text();
    return opened;
  };
  const ping = async (sub: string, id: string) =>
    (await post(sub, JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'ping' }), { 'Mcp-Session-Id': id })).status;
  return { server, bearer, open, openAndUse, ping };
}

describe('one subject that opens sessions without end', () => {
  it('has a quarter of the workspaces at most, and is told so, while others go on to get theirs', async () => {
    const { server, bearer, openAndUse } = await startCrowded(8);
    const greedy = [];
    for (let times = 0; times < 10; times += 1) greedy.push(await openAndUse('greedy'));
    expect(greedy.map(({ status }) => status)).toEqual([200, 200, ...Array<number>(8).fill(503)]);
    expect(greedy.at(-1)?.text).toMatch(/2 of 8 workspaces in use.*limit workspaces/);
    expect((await openAndUse('ann')).status).toBe(200);
    // Nor is a client without sessions kept out.
    const bob = await server.connect('2026', 'test-client', await bearer('bob'));
    expect((await bob.call('system.health')).isError).not.toBe(true);
  });

  it('gives up its own unused sessions for more of them, and nobody else’s', async () => {
    const { open, ping } = await startCrowded(8);
    const ann = await open('ann');
    const greedy = [];
    for (let times = 0; times < 12; times += 1) greedy.push(await open('greedy'));
    expect(greedy.map(({ status }) => status)).toEqual(Array<number>(12).fill(200));
    expect(await ping('ann', ann.id)).toBe(200);
    expect(await Promise.all(greedy.slice(-3).map(({ id }) => ping('greedy', id)))).toEqual([404, 200, 200]);
  });

  it('is the one whose unused session gives way where all workspaces are taken', async () => {
    const { open, openAndUse, ping } = await startCrowded(8);
    const first = await open('ann');
    const crowd = [];
    for (const sub of ['b', 'b', 'c', 'd', 'e', 'f', 'g']) {
      crowd.push(sub === 'b' ? await open(sub) : await openAndUse(sub));
    }
    expect((await open('new')).status).toBe(200);
    // Ann's is older, but it is all that she has.
    expect(await ping('ann', first.id)).toBe(200);
    expect(await Promise.all(crowd.slice(0, 2).map(({ id }) => ping('b', id)))).toEqual([404, 200]);
  });

  it('can have the only workspace there is', async () => {
    const { openAndUse } = await startCrowded(1);
    expect((await openAndUse('ann')).status).toBe(200);
  });
});

describe('clients without tokens', () => {
  it('share all workspaces, since nobody can tell them apart', async () => {
    const server = await startHttp({ limits: { workspaces: 4 } });
    const statuses = [];
    for (let times = 0; times < 4; times += 1) {
      const opened = await server.connect('2025');
      statuses.push((await opened.call('system.health')).isError === true);
    }
    expect(statuses).toEqual([false, false, false, false]);
  });
});
