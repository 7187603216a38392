import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { UpstreamTransport } from '../../../../src/base/config.ts';
import { startHttpServer } from '../../../fixtures/upstreams/http-server.ts';
import { startModernHttpServer } from '../../../fixtures/upstreams/modern-http-server.ts';
import { failureIn, openUpstreams, unaborted } from '../open-upstreams.ts';

function remote(kind: 'http' | 'sse', url: string, headers: Readonly<Record<string, string>> = {}): UpstreamTransport {
  return { kind, url, headers };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** npm's server-everything in one of its HTTP modes; resolves when it listens. */
async function startEverything(mode: 'streamableHttp' | 'sse', port: number): Promise<ChildProcess> {
  const child = spawn('mcp-server-everything', [mode], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
    if (/listening on port|running on port/i.test(said)) resolve();
  });
  child.once('exit', () => reject(new Error(`server-everything ended: ${said}`)));
  onTestFinished(() => void child.kill('SIGKILL'));
  await listening;
  return child;
}

async function localHttp() {
  const server = await startHttpServer();
  onTestFinished(() => server.close());
  return { server, ...openUpstreams({ a: remote('http', server.url, { authorization: 'Bearer secret' }) }) };
}

test('server-everything over Streamable HTTP answers, reports progress and keeps a session', async () => {
  const port = await freePort();
  await startEverything('streamableHttp', port);
  const { value, call, upstreams } = openUpstreams({ everything: remote('http', `http://127.0.0.1:${port}/mcp`) });
  expect(await value('everything', 'echo', { message: 'over http' })).toBe('Echo: over http');
  const heard: number[] = [];
  const onProgress = ({ progress }: { progress: number }) => void heard.push(progress);
  await call('everything', 'trigger-long-running-operation', { duration: 0.2, steps: 2 }, { onProgress });
  expect(heard).toEqual([1, 2]);
  expect(upstreams.status()[0]).toMatchObject({ state: 'ready', era: '2025' });
});

test.each(['sse', 'http'] as const)(
  'server-everything over legacy SSE answers, where the configuration says %s',
  async (kind) => {
    const port = await freePort();
    await startEverything('sse', port);
    const { value, call } = openUpstreams({ everything: remote(kind, `http://127.0.0.1:${port}/sse`) });
    expect(await value('everything', 'echo', { message: 'over sse' })).toBe('Echo: over sse');
    const heard: number[] = [];
    const onProgress = ({ progress }: { progress: number }) => void heard.push(progress);
    await call('everything', 'trigger-long-running-operation', { duration: 0.2, steps: 2 }, { onProgress });
    expect(heard).toEqual([1, 2]);
  },
);

test('a legacy SSE server that dies in the middle of a call fails the call at once', async () => {
  const port = await freePort();
  const child = await startEverything('sse', port);
  const { call } = openUpstreams({ everything: remote('sse', `http://127.0.0.1:${port}/sse`) });
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const waiting = call(
    'everything',
    'trigger-long-running-operation',
    { duration: 60, steps: 600 },
    { onProgress: () => resolve() },
  );
  await begun;
  child.kill('SIGKILL');
  expect(failureIn(await waiting)).toMatchObject({ code: 'upstream-lost', retryable: false });
});

test('headers of the configuration go with every request', async () => {
  const { server, value } = await localHttp();
  await value('a', 'work');
  expect(server.headers.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
});

test('answers as streams are answers too', async () => {
  const { server, value } = await localHttp();
  server.behaviour = 'stream';
  expect(await value('a', 'work')).toBe('done');
});

test.each([404, 400])(
  'a session that the server has forgotten (%d) is opened again, and the call is made once',
  async (status) => {
    const { server, value } = await localHttp();
    await value('a', 'work');
    server.staleStatus = status;
    server.forgetSessions();
    server.asked.length = 0;
    expect(await value('a', 'work')).toBe('done');
    // Refused, then anew; the era is known by now and is not probed for again.
    const calls = server.asked.filter((method) => ['tools/call', 'initialize', 'server/discover'].includes(method));
    expect(calls).toEqual(['tools/call', 'initialize', 'tools/call']);
  },
);

test.each(['break', 'hang-up'] as const)(
  'a connection lost in mid-call (%s) fails the call at once, and it is not repeated',
  async (behaviour) => {
    const { server, failure, value } = await localHttp();
    await value('a', 'work');
    server.asked.length = 0;
    server.behaviour = behaviour;
    expect(await failure('a', 'work')).toMatchObject({
      code: 'upstream-lost',
      message: expect.stringContaining('The call may have taken effect.'),
      retryable: false,
    });
    expect(server.asked.filter((method) => method === 'tools/call')).toHaveLength(1);
    server.behaviour = 'json';
    expect(await value('a', 'work')).toBe('done');
  },
);

test.each([
  [503, true],
  [500, false],
  [403, false],
])('a refusal with status %d is told in the words of the server', async (status, retryable) => {
  const { server, failure } = await localHttp();
  server.behaviour = status;
  expect(await failure('a', 'work')).toEqual({
    code: 'upstream-error',
    message: `The server of a.work answered with HTTP status ${status}: not now.`,
    retryable,
  });
});

test('a server that is gone refuses the connection: the call was not made', async () => {
  const { server, tool, upstreams, catalog } = await localHttp();
  const work = await tool('a', 'work');
  await server.close();
  // A connection that was kept open may break under the first call after the end; what comes then is refused.
  const attempt = async () => failureIn(await upstreams.callTool({ runId: 'r', tool: work, args: {} }, unaborted));
  await expect.poll(attempt, { timeout: 10_000 }).toEqual({
    code: 'upstream-lost',
    message: 'The server of a.work refused the connection. The call was not made.',
    retryable: true,
  });
  await expect(catalog('a')).rejects.toThrow('"a" is not available: it refused the connection');
});

test('an aborted call over HTTP tells the server', async () => {
  const { server, call, value } = await localHttp();
  await value('a', 'work');
  server.behaviour = 'wait';
  const abort = new AbortController();
  const waiting = call('a', 'work', {}, { signal: abort.signal });
  setImmediate(function look() {
    if (server.asked.filter((method) => method === 'tools/call').length === 2) abort.abort(new Error('enough'));
    else setImmediate(look);
  });
  await expect(waiting).rejects.toThrow('enough');
  await expect.poll(() => server.asked).toContain('notifications/cancelled');
});

test('closing ends the session at the server', async () => {
  const { server, value, upstreams } = await localHttp();
  await value('a', 'work');
  await upstreams.close();
  expect(server.asked).toContain('DELETE');
});

test('a login that is missing is told, and nothing else is tried', async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="http://169.254.169.254/"' }).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { catalog } = openUpstreams({
    a: remote('http', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
  });
  await expect(catalog('a')).rejects.toThrow('"a" is not available: it answered with HTTP status 401');
  expect(requests).toBe(1);
});

test('a server that is no MCP server is told apart', async () => {
  const server = createServer((_request, response) => void response.end('<html>hello</html>')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { catalog } = openUpstreams({
    a: remote('http', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
  });
  await expect(catalog('a')).rejects.toThrow('"a" is not available: it gave no answer that MCP knows');
});

test('in the 2026 era over HTTP, wanted arguments go as headers, and a tool with an invalid wish is dropped', async () => {
  const server = await startModernHttpServer();
  onTestFinished(() => server.close());
  const { catalog, value, upstreams } = openUpstreams({ a: remote('http', server.url) });
  const [listed] = (await catalog('a')).servers;
  expect(upstreams.status()[0]?.era).toBe('2026');
  expect(listed?.dropped).toEqual([
    { name: 'bad_header', reason: 'it asks for an HTTP header with an invalid name for "a"' },
  ]);
  expect(await value('a', 'route', { region: 'eu-1', count: 3 })).toBe('done');
  expect(await value('a', 'route', { region: ' grün\r\nX: y' })).toBe('done');
  expect(server.routed).toEqual(['eu-1', `=?base64?${Buffer.from(' grün\r\nX: y').toString('base64')}?=`]);
});

test('in the 2026 era over HTTP, changes are heard of and cancelling closes the stream', async () => {
  const server = await startModernHttpServer();
  onTestFinished(() => server.close());
  const { catalog, value, call, upstreams } = openUpstreams({ a: remote('http', server.url) });
  await catalog('a');
  const changed = new Promise((resolve) => upstreams.onToolsChanged(resolve));
  await value('a', 'add');
  await changed;
  expect((await catalog('a')).servers[0]?.tools.map(({ name }) => name)).toContain('added_2');
  const abort = new AbortController();
  const waiting = call('a', 'wait', {}, { signal: abort.signal });
  await server.waiting;
  abort.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await server.cancelled;
});
