import { expect, it, onTestFinished } from 'vitest';
import { startIssuer } from '../../fixtures/issuer/issuer.ts';
import { accessTo } from '../../unit/server/http/access/guarded.ts';
import { JSON_HEADERS, startHttp } from '../../unit/server/serving.ts';

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

it('one subject that listens without end holds a quarter of the streams at most, and others can listen', async () => {
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  const server = await startHttp({ settings: { access: accessTo(issuer) }, limits: { workspaces: 8 } });
  const listen = async (sub: string) => {
    const own = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' };
    const headers = { ...JSON_HEADERS, ...own, Authorization: `Bearer ${await issuer.sign({ sub })}` };
    const answer = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(LISTEN) });
    const isStream = answer.headers.get('content-type') === 'text/event-stream';
    onTestFinished(() => void answer.body?.cancel().catch(() => {}));
    return isStream;
  };
  const greedy = [];
  for (let times = 0; times < 8; times += 1) greedy.push(await listen('greedy'));
  expect(greedy).toEqual([true, true, ...Array<boolean>(6).fill(false)]);
  expect(await listen('ann')).toBe(true);
});
