import { describe, expect, it } from 'vitest';
import { Calls } from '../../../../src/server/call/calls.ts';
import { createOpenAccess } from '../../../../src/server/http/access/open-access.ts';
import { createHttpApp } from '../../../../src/server/http/http-app.ts';
import { createToolSurface } from '../../../../src/server/tool-surface.ts';
import { builtInTools } from '../../../../src/server/tools/built-in-tools.ts';
import { Workspaces } from '../../../../src/server/workspace/workspaces.ts';
import { initializeBody, JSON_HEADERS } from '../serving.ts';
import { smallParts } from '../small-parts.ts';

const IDLE_MS = 1_000;

/** The app without a socket, with a clock that the test turns. */
function app(limits = { workspaces: 2, workspaceIdleMs: IDLE_MS }) {
  const parts = smallParts({ limits });
  const clock = { now: 0 };
  const workspaces = new Workspaces(limits, () => clock.now);
  const calls = new Calls();
  const face = { parts, surface: createToolSurface(builtInTools(parts)), calls };
  const hono = createHttpApp(face, workspaces, createOpenAccess(parts));
  const send = async (method: string, body?: string, session?: string, headers: Record<string, string> = {}) =>
    hono.fetch(
      new Request('http://localhost/mcp', {
        method,
        headers: {
          ...JSON_HEADERS,
          Host: 'localhost',
          ...(session === undefined ? {} : { 'Mcp-Session-Id': session }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      }),
    );
  return { send, clock, workspaces, calls, parts, open: () => openSession(send) };
}

type Send = ReturnType<typeof app>['send'];

async function openSession(send: Send): Promise<string> {
  const response = await send('POST', initializeBody());
  const session = response.headers.get('mcp-session-id') ?? '';
  await response.text();
  await send('POST', '{"jsonrpc":"2.0","method":"notifications/initialized"}', session);
  return session;
}

function call(id: number, code: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'run_js', arguments: { code } } });
}

async function resultOf(response: Response): Promise<string> {
  return `${response.status} ${await response.text()}`;
}

describe('a session', () => {
  it('has an id that cannot be guessed, and answers to it', async () => {
    const { send, open } = app();
    const [one, other] = [await open(), await open()];
    expect(one).toMatch(/^[0-9a-f-]{36}$/);
    expect(one).not.toBe(other);
    expect(await resultOf(await send('POST', call(7, 'return 41 + 1'), one))).toContain('"result":42');
  });

  it('keeps its answers to itself where two clients use the same request id at once', async () => {
    const { send, open } = app();
    const sessions = [await open(), await open()];
    const answers = await Promise.all(
      sessions.map(async (session, at) => resultOf(await send('POST', call(7, `return "mine-${at}"`), session))),
    );
    expect(answers.map((answer) => [answer.includes('mine-0'), answer.includes('mine-1')])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('is gone after DELETE, and its id cannot be used again', async () => {
    const { send, open, workspaces } = app();
    const session = await open();
    expect((await send('DELETE', undefined, session)).status).toBe(200);
    expect(workspaces.size).toBe(0);
    for (const method of ['POST', 'GET', 'DELETE']) {
      expect((await send(method, method === 'POST' ? call(1, 'return 1') : undefined, session)).status).toBe(404);
    }
  });

  it('aborts what runs in it when it is deleted', async () => {
    const { send, open, parts } = app();
    const session = await open();
    const response = await send('POST', call(1, 'return await call("files", "forever")'), session);
    const signal = await parts.foreverEntered;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    await send('DELETE', undefined, session);
    await aborted;
    await response.body?.cancel();
  });

  it('ends when it has been idle for too long', async () => {
    const { send, open, clock } = app();
    const session = await open();
    clock.now = IDLE_MS;
    expect(await resultOf(await send('POST', call(1, 'return 1'), session))).toMatch(/^200 /);
    clock.now = 2 * IDLE_MS + 1;
    expect(await resultOf(await send('POST', call(2, 'return 1'), session))).toMatch(/^404 .*idle for too long/);
  });

  it('does not end while its client holds the event stream open, and may once that is closed', async () => {
    const { send, open, clock, workspaces } = app();
    const session = await open();
    const stream = await send('GET', undefined, session);
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    clock.now = 10 * IDLE_MS;
    workspaces.sweep();
    expect(workspaces.size).toBe(1);
    await stream.body?.cancel();
    clock.now = 20 * IDLE_MS;
    workspaces.sweep();
    expect(workspaces.size).toBe(0);
  });

  it('gives way at the cap where it was opened and never used', async () => {
    const { send, open, workspaces } = app();
    const first = await open();
    for (let at = 0; at < 20; at += 1) await open();
    expect(workspaces.size).toBe(2);
    expect((await send('POST', call(1, 'return 1'), first)).status).toBe(404);
  });

  it('is refused at the cap where all others are in use, with when to try again', async () => {
    const { send, open, workspaces } = app();
    for (const session of [await open(), await open()]) await (await send('POST', call(1, 'return 1'), session)).text();
    const refused = await send('POST', initializeBody());
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.text()).toContain('limit workspaces');
    expect(workspaces.size).toBe(2);
  });

  it('is not opened by an initialize that the transport refuses', async () => {
    const { send, workspaces } = app();
    expect((await send('POST', initializeBody(), undefined, { Accept: 'application/json' })).status).toBe(406);
    expect(workspaces.size).toBe(0);
  });

  it('is not opened once the server drains', async () => {
    const { send, calls } = app();
    await calls.drain(0);
    expect(await resultOf(await send('POST', initializeBody()))).toMatch(/^503 .*shutting down/);
    expect((await send('POST', initializeBody(), 'guess')).status).toBe(404);
  });
});
