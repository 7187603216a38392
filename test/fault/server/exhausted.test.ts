import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isLinux, type LiveServer, startServer } from '../../attack/server/live-server.ts';
import { type BareSession, HONEST, honestRun, openSession, post } from '../../attack/server/raw-client.ts';

const BIN = fileURLToPath(new URL('../../../dist/bin.js', import.meta.url));
/** A user that nothing else runs as, so that its processes can be counted; the superuser's are not. */
const AS_NOBODY = ['setpriv', '--reuid=64999', '--regid=64999', '--clear-groups'];
const canBeAnother =
  isLinux &&
  spawnSync(AS_NOBODY[0] ?? '', [...AS_NOBODY.slice(1), process.execPath, '-e', ''], { cwd: '/' }).status === 0;
const hasPrlimit = isLinux && spawnSync('prlimit', ['--version']).status === 0;
/** A request whose headers do not say what its body does. */
const REFUSED = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'bare', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};
const RETRYABLE = { error: { retryable: true } };

/** What a client gets for each way to need a process: a worker and compilers, the compilers alone, an upstream. */
async function askForProcesses(session: BareSession): Promise<readonly Record<string, unknown>[]> {
  const answers = [
    await session.run('const n: number = 1; return n'),
    await session.call('run_js', { code: 'return 2', typecheck: false }),
    await session.run('return await mcp.slow.release()'),
  ];
  return answers.filter(({ kind }) => kind !== 'completed');
}

function prlimit(server: LiveServer, prefix: readonly string[], limit: string): void {
  const [file = '', ...args] = [...prefix, 'prlimit', '--pid', String(server.pid), limit];
  execFileSync(file, args, { cwd: '/' });
}

describe.runIf(isLinux)('a server without', () => {
  it.runIf(hasPrlimit).each([
    ['before it has started anything', false],
    ['after it has started everything', true],
  ])(
    'descriptors, %s, refuses with words to retry, does not end, and goes on when there are some',
    async (_when, isWarm) => {
      const server = await startServer({ upstreams: { slow: ['slow'] } });
      if (isWarm) expect(await honestRun(server)).toEqual(HONEST);
      const session = await openSession(server);
      // Enough for the connection of the session and a few more, and for no process at all.
      const held = Number(
        execFileSync('sh', ['-c', `ls /proc/${server.pid}/fd | sort -n | tail -1`], { encoding: 'utf8' }),
      );
      prlimit(server, [], `--nofile=${held + 6}:20000`);
      for (const answer of await askForProcesses(session)) expect(answer).toMatchObject(RETRYABLE);
      expect(server.child.exitCode).toBeNull();
      prlimit(server, [], '--nofile=20000:20000');
      await expect.poll(() => askForProcesses(session), { timeout: 20_000 }).toEqual([]);
      expect(await honestRun(server)).toEqual(HONEST);
      expect(server.log()).not.toMatch(/Cannot read properties|uncaught/i);
      expect(await server.end()).toEqual([]);
    },
  );

  it.runIf(canBeAnother && hasPrlimit).each([
    ['before it has started anything', false],
    ['after it has started everything', true],
  ])('leave to fork, %s, refuses with words to retry, does not end, and goes on when it may', async (_when, isWarm) => {
    const server = await startServer({ prefix: AS_NOBODY, upstreams: { slow: ['slow'] } });
    if (isWarm) expect(await honestRun(server)).toEqual(HONEST);
    const session = await openSession(server);
    prlimit(server, AS_NOBODY, '--nproc=1:4000');
    const refused = await askForProcesses(session);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer).toMatchObject({
        error: { code: expect.stringMatching(/COMPILER_LOST|ENGINE_UNAVAILABLE|UPSTREAM_UNAVAILABLE/) },
      });
      // The program is not blamed for it.
      expect(JSON.stringify(answer)).not.toMatch(/nested|diagnostics/);
    }
    expect(server.child.exitCode).toBeNull();
    prlimit(server, AS_NOBODY, '--nproc=4000:4000');
    await expect.poll(() => askForProcesses(session), { timeout: 20_000 }).toEqual([]);
    expect(await honestRun(server)).toEqual(HONEST);
    expect(await server.end()).toEqual([]);
  });

  it.each<[what: string, open: () => number | 'pipe' | 'unread']>([
    ['room on the disk that its log goes to', () => openSync('/dev/full', 'w')],
    ['anybody at the other end of its log', () => 'pipe'],
    ['anybody who reads its log, though it could be read', () => 'unread'],
  ])('%s serves on', async (_what, open) => {
    const port = await freePort();
    const log = open();
    const flags = ['serve', '--engine', 'node', '--transport', 'http', '--port', String(port), '--log-level', 'trace'];
    const child = spawn(process.execPath, [BIN, ...flags], {
      stdio: ['ignore', 'ignore', log === 'unread' ? 'pipe' : log],
      env: { ...process.env, XDG_CONFIG_HOME: '/nonexistent' },
    });
    if (typeof log === 'number') closeSync(log);
    if (log === 'pipe') child.stderr?.destroy();
    const exited = once(child, 'exit');
    const target = { url: `http://127.0.0.1:${port}/mcp` };
    await expect
      .poll(() => honestRun(target).catch(() => child.exitCode ?? child.signalCode), { timeout: 20_000 })
      .toEqual(HONEST);
    // Each is logged with its stack: more than a pipe holds, which filled it and stopped the server once.
    for (let n = 0; n < 400; n += 1) await post(target, REFUSED, { 'MCP-Protocol-Version': '2026-07-28' });
    expect(await honestRun(target)).toEqual(HONEST);
    child.kill('SIGTERM');
    expect((await exited)[0]).toBe(0);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
