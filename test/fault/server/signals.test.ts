import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { commandOf, isLinux, type LiveServer, startServer } from '../../attack/server/live-server.ts';
import { type BareSession, HONEST, honestRun, openSession, openSocket } from '../../attack/server/raw-client.ts';
import { processesOf } from '../worker/processes.ts';

/** Machines may be busy. */
const SOON = { timeout: 15_000 } as const;

const BOMB =
  'type P<T, K = T> = [T] extends [never] ? [] : K extends K ? [K, ...P<Exclude<T, K>>] : never; const all: P<1|2|3|4|5|6|7|8|9|10> = [1] as any; return all';

/** A server in which everything is at work at once: workers that wait and spin, a check that takes long, an upstream. */
async function busyServer() {
  // The check may take longer than it otherwise may, so that it is under way when the server ends.
  const settings = { limits: { typecheckMs: 60_000, typecheckMb: 2_048 } };
  const server = await startServer({ upstreams: { slow: ['slow'], other: ['dies-on-call'] }, settings });
  const session = await openSession(server);
  await session.run('return await mcp.slow.release() + await mcp.other.pid()');
  const codes = ['await mcp.slow.work(); return 1', 'for (;;);', 'await sleep(60_000)'];
  const running = codes.map((code) => session.run(code).catch(() => 'cut'));
  await expect.poll(() => busyOf(session), SOON).toBeGreaterThan(2);
  running.push(session.run(BOMB).catch(() => 'cut'));
  // Another check gets a compiler of its own: so the first is at work in the other.
  expect((await session.run('return 5')).result).toBe(5);
  expect(processesOf('checker', server.pid)).toHaveLength(2);
  expect(server.descendants().length).toBeGreaterThan(5);
  return { server, running };
}

async function busyOf(session: BareSession): Promise<number> {
  return ((await session.call('system.health', {})) as { engine: { busy: number } }).engine.busy;
}

/** Sees that nothing of it is left soon after: a tenth of a second on an idle machine, longer where processes wait for their turn. */
async function expectNothingLeft(server: LiveServer, running: readonly Promise<unknown>[]): Promise<void> {
  await server.exited;
  await expect.poll(() => server.descendants().map(commandOf), { ...SOON, interval: 20 }).toEqual([]);
  expect(await Promise.all(running)).toEqual(running.map(() => 'cut'));
  await server.end();
}

describe.runIf(isLinux)('a server that is ended with runs in flight', () => {
  it('by SIGKILL leaves no orphan a second later, and its next start serves on', async () => {
    const { server, running } = await busyServer();
    server.child.kill('SIGKILL');
    await expectNothingLeft(server, running);
    const next = await startServer({ upstreams: { slow: ['slow'] } });
    expect(await honestRun(next)).toEqual(HONEST);
    expect(await (await openSession(next)).run('return await mcp.slow.release()')).toMatchObject({
      result: 'released',
    });
    expect(await next.end()).toEqual([]);
  }, 60_000);

  it('by a second SIGTERM does not wait for its runs, and leaves no orphan either', async () => {
    const { server, running } = await busyServer();
    server.child.kill('SIGTERM');
    // The first one is being obeyed when new work is refused.
    await expect.poll(async () => (await fetch(server.url.replace('/mcp', '/readyz'))).status, SOON).toBe(503);
    server.child.kill('SIGTERM');
    await expectNothingLeft(server, running);
    expect(server.child.signalCode).toBe('SIGTERM');
  }, 60_000);

  it('by SIGINT, where nothing is at work, ends at once and well', async () => {
    const server = await startServer();
    expect(await honestRun(server)).toEqual(HONEST);
    server.child.kill('SIGINT');
    await server.exited;
    expect([server.child.exitCode, await server.end()]).toEqual([0, []]);
  });

  it('refuses on SIGTERM what is new, and answers what is half said', async () => {
    const server = await startServer({ upstreams: { slow: ['slow'] } });
    const session = await openSession(server);
    const running = session.run('await sleep(1_000); return "answered"');
    await expect.poll(() => busyOf(session), SOON).toBe(1);
    server.child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(server.url.replace('/mcp', '/readyz'))).status, SOON).toBe(503);
    expect(await session.run('return 1')).toMatchObject({ error: { code: 'SHUTTING_DOWN', retryable: true } });
    expect(await running).toMatchObject({ kind: 'completed', result: 'answered' });
    await server.exited;
    expect(await server.end()).toEqual([]);
  });
});

describe.runIf(isLinux)('a server that stands still', () => {
  it('by SIGSTOP for a moment, answers when it is continued, and no run that was done is lost', async () => {
    const server = await startServer();
    const session = await openSession(server);
    await session.run('return 1');
    const done = session.call('run_js', { code: 'await sleep(300); return "done"', timeoutMs: 1_000 });
    await expect.poll(() => busyOf(session), SOON).toBe(1);
    server.child.kill('SIGSTOP');
    // The deadline of the run passes while nobody keeps it; its result lies in the pipe meanwhile. Time itself is what has to
    // pass here, and a stopped process tells of nothing that could be waited for.
    await expect.poll(() => socketIsTaken(server.port)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    server.child.kill('SIGCONT');
    expect(await done).toMatchObject({ kind: 'completed', result: 'done' });
    expect(await honestRun(server)).toEqual(HONEST);
    expect(await server.end()).toEqual([]);
  });
});

/** The kernel takes connections for a process that is stopped. */
function socketIsTaken(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('a client that is gone in the middle of a run', () => {
  it('of the 2025 revisions leaves its run to its end and its session to its return', async () => {
    const server = await startServer({ upstreams: { slow: ['slow'] } });
    const session = await openSession(server);
    const leave = new AbortController();
    const params = { name: 'run_js', arguments: { code: 'await mcp.slow.work(); return 1' } };
    const left = session.send({ id: 50, method: 'tools/call', params }, leave.signal).catch(() => 'left');
    await expect.poll(() => busyOf(session), SOON).toBe(1);
    leave.abort();
    expect(await left).toBe('left');
    expect((await session.run('return "back"')).result).toBe('back');
    await expect
      .poll(
        async () => {
          await session.run('return await mcp.slow.release()');
          return busyOf(session);
        },
        { timeout: 15_000 },
      )
      .toBe(0);
    expect(await server.end()).toEqual([]);
  });

  it('of revision 2026-07-28 has its run cancelled, because nobody else could hear of it', async () => {
    const server = await startServer({ upstreams: { slow: ['slow'] } });
    const session = await openSession(server);
    const leave = new AbortController();
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'bare', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = { name: 'run_js', arguments: { code: 'await mcp.slow.work(); return 1' }, _meta: meta };
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': 'run_js',
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    const left = fetch(server.url, { method: 'POST', headers, body, signal: leave.signal }).catch(() => 'left');
    await expect.poll(() => busyOf(session), SOON).toBe(1);
    leave.abort();
    await left;
    // Nobody releases the tool: only a cancelled run is over long before its thirty seconds.
    await expect.poll(() => busyOf(session), { timeout: 10_000 }).toBe(0);
    expect(await server.end()).toEqual([]);
  });

  it('by a reset of its connection, a hundred times, leaves the server at work', async () => {
    const server = await startServer();
    for (let n = 0; n < 100; n += 1) {
      const socket = await openSocket(server);
      socket.write(
        'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"json',
      );
      socket.resetAndDestroy();
    }
    expect(await honestRun(server)).toEqual(HONEST);
    expect(server.log()).not.toMatch(/"level":(?:50|60)/);
    expect(await server.end()).toEqual([]);
  });
});
