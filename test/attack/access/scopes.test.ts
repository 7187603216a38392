import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../../src/base/gate/caller.ts';
import { startIssuer, type TestIssuer } from '../../fixtures/issuer/issuer.ts';
import { connectHttp, ERAS, type Era, type TestClient } from '../../unit/server/clients.ts';
import { type LiveServer, startServer } from '../server/live-server.ts';
import { INITIALIZE, post } from '../server/raw-client.ts';

const TOOL = { name: 'mine', description: 'Mine.', code: 'return 1' };

let issuer: TestIssuer;
let server: LiveServer;
/** What an upstream over HTTP was sent, which is never there to answer. */
const sent: string[] = [];
const upstream = createServer((request, response) => {
  sent.push(request.rawHeaders.join('\n'));
  response.writeHead(404).end();
});
const folder = mkdtempSync(join(tmpdir(), 'codeloom-access-'));

beforeAll(async () => {
  issuer = await startIssuer();
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`;
  const registryFile = join(folder, 'registry.db');
  server = await startServer({
    servers: { remote: { type: 'http', url } },
    settings: { ...issuer.settings, registryFile, logLevel: 'trace' },
  });
});
afterAll(async () => {
  expect(server.log()).not.toMatch(/"level":(?:50|60)/);
  // No token of a client has come into the log, in whole or in its parts.
  expect(server.log()).not.toContain('eyJ');
  expect(await server.end()).toEqual([]);
  upstream.close();
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

const bearer = async (scope: string, sub = 'ann') => ({ Authorization: `Bearer ${await issuer.sign({ scope, sub })}` });
const connect = async (era: Era, scope: string): Promise<TestClient> =>
  connectHttp(server.url, era, 'test-client', await bearer(scope));

/** A call in a session of its own, by hand: SDK clients would try to get a better token. */
async function rawCall(scope: string, params: unknown) {
  const headers = await bearer(scope);
  const opened = await post(server, INITIALIZE, headers);
  const session = { ...headers, 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
  return post(server, { jsonrpc: '2.0', id: 2, method: 'tools/call', params: params as object }, session);
}

async function storedTools(): Promise<unknown> {
  const operator = await connect('2026', 'codeloom.manage');
  const { structured } = await operator.call('dynamic.tool.list');
  await operator.close();
  return structured.tools;
}

describe.each(ERAS)('168: a client of %s', (era) => {
  it('168: sees the tools that its scopes allow, and no others', async () => {
    const names = async (scope: string) => {
      const client = await connect(era, scope);
      const listed = (await client.list()).map(({ name }) => name.replaceAll('.', '_'));
      await client.close();
      return listed;
    };
    const [user, operator, nobody] = [
      await names('codeloom.execute'),
      await names('codeloom.manage'),
      await names('openid profile'),
    ];
    expect(user).toContain('run_js');
    expect(user.filter((name) => name.startsWith('dynamic_'))).toEqual([]);
    expect(operator).toContain('dynamic_tool_create');
    expect(operator.filter((name) => !name.startsWith('dynamic_'))).toEqual([]);
    expect(nobody).toEqual([]);
  });

  it.each(['dynamic.tool.create', 'dynamic_tool_create'])('168: is not let to %s through mcp-exec', async (name) => {
    const client = await connect(era, 'codeloom.execute');
    const { structured, isError } = await client.call('mcp-exec', { name, arguments: { tool: TOOL } });
    expect([isError, structured.error]).toEqual([
      true,
      {
        code: 'SCOPE_MISSING',
        message: expect.stringContaining('dynamic.tool.create needs the scope codeloom.manage.'),
        retryable: false,
      },
    ]);
    await client.close();
    expect(await storedTools()).toEqual([]);
  });

  it('168: that may manage alone does not run programs by trying out a tool', async () => {
    const client = await connect(era, 'codeloom.manage');
    const { structured } = await client.call('dynamic.tool.test', { tool: TOOL });
    expect(structured.error).toMatchObject({ code: 'SCOPE_MISSING', message: expect.stringContaining('execute') });
    await client.close();
  });
});

describe('168: a call without its scope', () => {
  it.each([
    ['codeloom.execute', 'dynamic.tool.create', 'codeloom.manage'],
    ['codeloom.execute', 'dynamic_tool_create', 'codeloom.manage'],
    ['codeloom.execute codeloom.admin', 'dynamic.tool.delete', 'codeloom.manage'],
    ['codeloom.manage', 'run_js', 'codeloom.execute'],
    ['codeloom.manage', 'run_js_ephemeral', 'codeloom.execute'],
    ['codeloom.manage', 'mcp-exec', 'codeloom.execute'],
    ['codeloom.manage', 'code-mode', 'codeloom.execute'],
    ['codeloom.manage codeloom.admin', 'a-tool-that-is-not-there', 'codeloom.execute'],
    ['CODELOOM.EXECUTE', 'run_js', 'codeloom.execute'],
    ['codeloom.*', 'run_js', 'codeloom.execute'],
    ['', 'system.health', 'codeloom.execute'],
  ])('168: with %j, of %s is answered with what it needs', async (scope, name, needed) => {
    const { status, headers, text } = await rawCall(scope, { name, arguments: { tool: TOOL, code: 'return 1' } });
    expect(status).toBe(403);
    const metadata = new URL('/.well-known/oauth-protected-resource/mcp', server.url).href;
    // A client that asks for what it is told loses nothing by it.
    const held = SCOPES.filter((each) => scope.split(' ').includes(each));
    expect(headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", error_description="This call needs the scope ${needed}.", scope="${[...held, needed].join(' ')}", resource_metadata="${metadata}"`,
    );
    expect(JSON.parse(text)).toMatchObject({ error: 'insufficient_scope' });
    expect(await storedTools()).toEqual([]);
  });

  it.each([
    ['a list', { name: ['dynamic.tool.create'], arguments: { tool: TOOL } }],
    ['an object', { name: { toString: 'dynamic.tool.create' }, arguments: { tool: TOOL } }],
    ['nothing', { arguments: { tool: TOOL } }],
    ['params that are a list', [{ name: 'dynamic.tool.create' }]],
    ['a name with a space', { name: 'dynamic.tool.create ', arguments: { tool: TOOL } }],
    ['a name in capitals', { name: 'DYNAMIC.TOOL.CREATE', arguments: { tool: TOOL } }],
    ['a name half in the other spelling', { name: 'dynamic.tool_create', arguments: { tool: TOOL } }],
    ['a name of what every object has', { name: '__proto__', arguments: { tool: TOOL } }],
  ])('168: is nothing by %s for its name', async (_what, params) => {
    const { status, text } = await rawCall('codeloom.execute', params);
    expect([200, 400, 403]).toContain(status);
    if (status === 200) expect(text).toContain('"error":{"code":-32602');
    expect(await storedTools()).toEqual([]);
  });

  it('168: is not hidden in a batch', async () => {
    const headers = await bearer('codeloom.execute');
    const call = (id: number, name: string) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name, arguments: { tool: TOOL, code: 'return 1' } },
    });
    const batch = JSON.stringify([call(1, 'run_js'), call(2, 'dynamic.tool.create')]);
    expect((await post(server, batch, headers)).status).toBe(400);
    expect(await storedTools()).toEqual([]);
  });

  it('168: is not hidden behind a second method or name of the same message', async () => {
    const headers = await bearer('codeloom.execute');
    const opened = await post(server, INITIALIZE, headers);
    const session = { ...headers, 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
    const tool = JSON.stringify(TOOL);
    const twice = `{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"run_js","name":"dynamic.tool.create","arguments":{"tool":${tool}}}}`;
    expect((await post(server, twice, session)).status).toBe(403);
    expect(await storedTools()).toEqual([]);
  });
});

describe('168: a token', () => {
  it('168: is passed on to no upstream and no program', async () => {
    const client = await connect('2026', 'codeloom.execute');
    const direct = await client.call('mcp-exec', { name: 'remote.anything' });
    const program = await client.call('run_js', {
      code: 'return [typeof process, JSON.stringify(args ?? null), Object.keys(globalThis).join()].join()',
    });
    const reached = await client.call('run_js', { code: 'return await mcp.remote.anything({})' });
    await client.close();
    expect([direct.isError, reached.isError]).toEqual([true, true]);
    expect(JSON.stringify([direct, program, reached])).not.toContain('eyJ');
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.join('\n')).not.toMatch(/authorization|eyJ|bearer/i);
  });
});
