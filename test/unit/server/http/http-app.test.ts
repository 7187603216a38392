import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { initializeBody, JSON_HEADERS, startHttp } from '../serving.ts';

interface Refusal {
  readonly jsonrpc: string;
  readonly error: { readonly code: number; readonly message: string };
}

async function refusalOf(response: Response): Promise<[number, number, string]> {
  const { error, jsonrpc } = (await response.json()) as Refusal;
  expect(jsonrpc).toBe('2.0');
  return [response.status, error.code, error.message];
}

/** `fetch` sets Host by itself, so requests with another are made with node:http. */
async function initializeAs(url: string, headers: Record<string, string>): Promise<number> {
  const request = httpRequest(url, { method: 'POST', headers: { ...JSON_HEADERS, ...headers } });
  request.end(initializeBody());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

/** Sends the bytes as they are and reads until the server closes the connection. */
async function rawExchange(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A server that refuses early resets what is still being written; what it said came first.
  socket.on('error', () => {});
  socket.end(bytes);
  await new Promise((resolve) => socket.on('close', resolve));
  return Buffer.concat(chunks).toString();
}

const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { ...JSON_HEADERS, ...headers },
  body,
});

describe('over HTTP', () => {
  it('livez and readyz answer, whatever the Host', async () => {
    const { fetch } = await startHttp();
    const live = await fetch({}, '/livez');
    const ready = await fetch({}, '/readyz');
    expect([live.status, ready.status, await ready.json()]).toEqual([200, 200, { ready: true }]);
  });

  it('readyz says why the server is not ready', async () => {
    const { fetch } = await startHttp({ engineOk: false });
    const ready = await fetch({}, '/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      {
        ready: false,
        reason: 'no engine can take a run at present',
        unready: [{ part: 'engine', reason: 'no engine can take a run at present' }],
      },
    ]);
    expect((await fetch({}, '/livez')).status).toBe(200);
  });

  it('other paths are not found, and the answer names the right one', async () => {
    const { fetch } = await startHttp({ settings: { path: '/here' } });
    for (const path of ['/', '/mcp', '/here/more', '/../etc/passwd', '/__proto__']) {
      expect(await refusalOf(await fetch({}, path))).toEqual([404, -32000, 'Not Found: MCP is served at /here.']);
    }
  });

  it.each(['PUT', 'PATCH', 'OPTIONS', 'HEAD'])('%s is not allowed', async (method) => {
    const response = await (await startHttp()).fetch({ method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, GET, DELETE']);
  });

  it('a foreign Host or Origin is forbidden for every method', async () => {
    const { url, fetch } = await startHttp();
    expect(await initializeAs(url, { Host: 'localhost:1' })).toBe(200);
    expect(await initializeAs(url, { Host: 'evil.com' })).toBe(403);
    expect(await initializeAs(url, { Host: '127.0.0.1.nip.io' })).toBe(403);
    expect(await initializeAs(url, { Origin: 'http://localhost:5173' })).toBe(200);
    for (const method of ['POST', 'GET', 'DELETE']) {
      const response = await fetch({ method, headers: { Origin: 'https://evil.com' } });
      expect(await refusalOf(response)).toEqual([403, -32000, expect.stringContaining('Origin')]);
    }
  });

  it('a request without Host is refused', async () => {
    const { url } = await startHttp();
    for (const version of ['1.0', '1.1']) {
      const answer = await rawExchange(
        url,
        `POST /mcp HTTP/${version}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
    }
  });

  it.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}', /^HTTP\/1\.1 400 /],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['huge headers', `X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ])('a request with %s is refused by the parser', async (_what, rest, status) => {
    const { url } = await startHttp();
    expect(await rawExchange(url, `POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${rest}`)).toMatch(
      status,
    );
  });

  it('a body beyond the limit is refused, and the next request is served', async () => {
    const { fetch, connect } = await startHttp({ limits: { bodyBytes: 64 * 1024 } });
    const large = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { x: 'x'.repeat(64 * 1024) } });
    expect((await refusalOf(await fetch(post(large)))).slice(0, 2)).toEqual([413, -32000]);
    expect((await connect('2026')).era).toBe('modern');
  });

  it('a chunked body that does not end is cut off at the limit', async () => {
    const { url } = await startHttp({ limits: { bodyBytes: 64 * 1024 } });
    const request = httpRequest(url, { method: 'POST', headers: JSON_HEADERS });
    request.on('error', () => {});
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    request.write(chunk);
    request.write(chunk);
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    request.destroy();
  });

  it.each([
    ['malformed JSON', '{"jsonrpc":', {}, 400, -32700],
    ['a batch', `[${initializeBody()}]`, {}, 400, -32600],
    ['no JSON-RPC', '{"hello": 1}', {}, 400, undefined],
    ['another content type', initializeBody(), { 'Content-Type': 'text/plain' }, 415, -32000],
    ['no event stream accepted', initializeBody(), { Accept: 'application/json' }, 406, -32000],
    ['a call without session', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', {}, 400, -32000],
    [
      'an unknown session',
      '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      { 'Mcp-Session-Id': 'guess' },
      404,
      -32001,
    ],
  ])('%s is refused with a JSON-RPC error', async (_what, body, headers, status, code) => {
    const [gotStatus, gotCode] = await refusalOf(await (await startHttp()).fetch(post(body, headers)));
    expect(gotStatus).toBe(status);
    if (code !== undefined) expect(gotCode).toBe(code);
  });

  it('a header that names another method than the body is refused', async () => {
    const { fetch } = await startHttp();
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } });
    const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' };
    expect((await fetch(post(body, headers))).status).toBe(200);
    expect((await fetch(post(body, { ...headers, 'Mcp-Method': 'tools/call' }))).status).toBe(400);
    expect((await fetch(post(body, { ...headers, 'MCP-Protocol-Version': '9999-01-01' }))).status).toBe(400);
  });
});
