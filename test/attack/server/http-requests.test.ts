import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LiveServer, startServer } from './live-server.ts';
import {
  exchange,
  HONEST,
  honestRun,
  INITIALIZE,
  JSON_HEADERS,
  openSession,
  openSocket,
  post,
  rawPost,
  readAll,
} from './raw-client.ts';

const HEAD =
  'POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: application/json, text/event-stream\r\n';
const JSON_HEAD = `${HEAD}Content-Type: application/json\r\n`;
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bare', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modernCall = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'run_js', arguments: { code: 'return 1' }, _meta: MODERN },
};

let server: LiveServer;
beforeAll(async () => {
  server = await startServer();
  expect(await honestRun(server)).toEqual(HONEST);
});
afterEach(() => {
  expect(server.child.exitCode).toBeNull();
});
afterAll(async () => {
  expect(server.log()).not.toMatch(/"level":(?:50|60)/);
  expect(await server.end()).toEqual([]);
});

describe('165 a request', () => {
  it.each<[what: string, bytes: string | Buffer, status: RegExp]>([
    [
      'without Accept',
      `${HEAD.replace(/Accept.*\r\n/, '')}Content-Type: application/json\r\nContent-Length: ${JSON.stringify(INITIALIZE).length}\r\n\r\n${JSON.stringify(INITIALIZE)}`,
      /^HTTP\/1\.1 406 /,
    ],
    [
      'with an Accept of another kind',
      rawPost(JSON.stringify(INITIALIZE)).replace(/Accept: .*/, 'Accept: text/html'),
      /^HTTP\/1\.1 406 /,
    ],
    ['without a content type', `${HEAD}Content-Length: ${PING.length}\r\n\r\n${PING}`, /^HTTP\/1\.1 415 /],
    [
      'of a form, which a page may send to any site',
      rawPost(PING).replace('Type: application/json', 'Type: application/x-www-form-urlencoded'),
      /^HTTP\/1\.1 415 /,
    ],
    [
      'of plain text, which a page may send to any site',
      rawPost(PING).replace('Type: application/json', 'Type: text/plain'),
      /^HTTP\/1\.1 415 /,
    ],
    [
      'of a type that only begins with JSON’s',
      rawPost(PING).replace('Type: application/json', 'Type: application/jsonp'),
      /^HTTP\/1\.1 415 /,
    ],
    [
      'of a compressed body',
      Buffer.concat([
        Buffer.from(`${JSON_HEAD}Content-Encoding: gzip\r\nContent-Length: ${gzipSync(PING).length}\r\n\r\n`),
        gzipSync(PING),
      ]),
      /^HTTP\/1\.1 415 /,
    ],
    [
      'of a compressed body that says it is none',
      Buffer.concat([Buffer.from(`${JSON_HEAD}Content-Length: ${gzipSync(PING).length}\r\n\r\n`), gzipSync(PING)]),
      /^HTTP\/1\.1 400 /,
    ],
    ['that announces 100 MB', `${JSON_HEAD}Content-Length: 104857600\r\n\r\n{`, /^HTTP\/1\.1 413 /],
    ['with a length that is none', `${JSON_HEAD}Content-Length: -1\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['with two lengths', `${JSON_HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, /^HTTP\/1\.1 400 /],
    [
      'with a length and chunks, the smuggler’s pair',
      `${JSON_HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'with chunks by another name',
      `${JSON_HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 [45]\d\d /,
    ],
    [
      'with a chunk whose length is none',
      `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'with a line folded into a header',
      `${HEAD}Content-Type: application/json\r\n ; x\r\nContent-Length: 2\r\n\r\n{}`,
      /^HTTP\/1\.1 400 /,
    ],
    ['with a bare line feed', `POST /mcp HTTP/1.1\nHost: localhost\nContent-Length: 2\n\n{}`, /^HTTP\/1\.1 4\d\d /],
    ['with headers of 20 KB', `${JSON_HEAD}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['with ten thousand headers', `${JSON_HEAD}${'a: b\r\n'.repeat(10_000)}\r\n`, /^HTTP\/1\.1 431 /],
    [
      'of a depth that ends parsers',
      rawPost(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      /^HTTP\/1\.1 400 .*nested more than/s,
    ],
    ['that is a batch', rawPost(`[${PING},${PING}]`), /^HTTP\/1\.1 400 .*batches/s],
    ['that is an empty batch', rawPost('[]'), /^HTTP\/1\.1 400 .*batches/s],
    ['in UTF-16', rawPost(Buffer.from(PING, 'utf16le').toString('latin1')), /^HTTP\/1\.1 400 /],
    ['that is no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^HTTP\/1\.1 400 /],
    ['of HTTP/2 without being asked', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 (?:4|5)\d\d /],
    [
      'to become something else',
      `GET /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      /^HTTP\/1\.1 4\d\d |^$/,
    ],
    [
      'to connect onward',
      'CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      /^(?:HTTP\/1\.1 4\d\d |$)/,
    ],
  ])('165 %s is refused', async (_what, bytes, status) => {
    const socket = await openSocket(server);
    socket.end(bytes);
    const answer = await readAll(socket);
    expect(answer).toMatch(status);
    expect(answer).not.toMatch(/\/(?:work|home|root|tmp|node_modules)\/|\n\s+at /);
  });

  it.each<[what: string, body: string, status: number]>([
    ['of no version', '{"id":1,"method":"ping"}', 400],
    ['of another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', 400],
    ['whose id is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', 400],
    ['whose method is a number', '{"jsonrpc":"2.0","id":1,"method":5}', 400],
    ['whose method is one of every object', '{"jsonrpc":"2.0","id":1,"method":"__proto__"}', 400],
    ['that pollutes', '{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"polluted":1}}', 400],
    ['that is an answer to nothing', '{"jsonrpc":"2.0","id":1,"result":{}}', 400],
    ['with the same key twice', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"initialize"}', 400],
  ])('165 that is JSON-RPC %s is an error, without a session', async (_what, body, status) => {
    const answer = await post(server, body);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining('"error"')]);
  });

  it('165 that is JSON-RPC of every broken kind does a session no harm', async () => {
    const session = await openSession(server);
    for (const message of [
      { id: {}, method: 'ping' },
      { id: null, method: 'ping' },
      { id: 3, method: 5 },
      { id: 4, result: {} },
      { method: 'notifications/cancelled', params: { requestId: '__proto__' } },
      { id: 5, method: 'tools/call', params: { name: '__proto__', arguments: {} } },
      { id: 6, method: 'tools/call', params: { name: 'run_js', arguments: [] } },
    ]) {
      const answer = await session.send(message);
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toMatch(/\n\s+at |\/work\//);
    }
    expect((await session.run('return 2')).result).toBe(2);
    await session.end();
  });

  it.each<[what: string, headers: Record<string, string>, status: number]>([
    ['a method', { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list', 'Mcp-Name': 'run_js' }, 400],
    ['a tool', { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'system.health' }, 400],
    ['a revision', { 'MCP-Protocol-Version': '2025-06-18', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'run_js' }, 400],
    [
      'a revision that never was',
      { 'MCP-Protocol-Version': '9999', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'run_js' },
      400,
    ],
  ])('165 whose headers name %s that its body does not is refused', async (_what, headers, status) => {
    const answer = await post(server, modernCall, headers);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining('"error"')]);
  });

  it('165 whose headers and body agree is answered', async () => {
    const answer = await post(server, modernCall, {
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': 'run_js',
    });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"result":1')]);
  });

  it('165 of revision 9999 in a session is refused, and the session goes on', async () => {
    const session = await openSession(server);
    const answer = await post(server, PING, { 'Mcp-Session-Id': session.id, 'MCP-Protocol-Version': '9999' });
    expect(answer.status).toBe(400);
    expect((await session.run('return 3')).result).toBe(3);
    await session.end();
  });

  it('98 named __proto__ in query and headers is like any other', async () => {
    const answer = await post(
      { url: `${server.url}?__proto__[polluted]=1&constructor.prototype.polluted=1` },
      INITIALIZE,
      { __proto__2: 'x', 'x-__proto__': 'y', constructor: 'z' },
    );
    expect(answer.status).toBe(200);
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).not.toContain('polluted');
  });

  it('165 pipelined behind another is answered in its turn', async () => {
    const one = rawPost(JSON.stringify(INITIALIZE)).replace('Connection: close\r\n', '');
    const answer = await exchange(server, one + one + rawPost(PING));
    expect(answer.match(/^HTTP\/1\.1 200 /gm)).toHaveLength(2);
    expect(answer.match(/^HTTP\/1\.1 400 /gm)).toHaveLength(1);
  });
});

it('165 asked with the headers of this test is otherwise fine', async () => {
  expect(
    (await fetch(server.url, { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(INITIALIZE) })).status,
  ).toBe(200);
});

it('165 is followed by honest work, and leaves no connection', async () => {
  expect(await honestRun(server)).toEqual(HONEST);
  await expect.poll(() => server.connections(), { timeout: 15_000 }).toBe(0);
});
