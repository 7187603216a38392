import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { connectHttp } from '../unit/server/clients.ts';
import { createConfig, processesOf, startHttp } from './served.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const removals: (() => void)[] = [];

function config(): string {
  const { configFile, remove } = createConfig();
  removals.push(remove);
  return configFile;
}

afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

/** Speaks raw JSON lines, so that everything on stdout is seen. */
function startRaw(configFile: string) {
  const args = [BIN, 'serve', '--config', configFile, '--engine', 'node', '--log-level', 'debug'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map<number, (message: { result?: Record<string, unknown> }) => void>();
  const lines: string[] = [];
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      const message = JSON.parse(line);
      waiting.get(message.id)?.(message);
    }
  });
  let id = 0;
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = (method: string, params: object) => {
    id += 1;
    const { promise, resolve } = Promise.withResolvers<{ result?: Record<string, unknown> }>();
    waiting.set(id, resolve);
    send({ id, method, params });
    return promise;
  };
  const initialize = async () => {
    const clientInfo = { name: 'raw', version: '1' };
    await request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    send({ method: 'notifications/initialized' });
  };
  const run = (code: string, timeoutMs = 5_000) =>
    request('tools/call', { name: 'run_js', arguments: { code, timeoutMs } });
  return { child, lines, initialize, run, exited: once(child, 'exit') };
}

describe('the process of the server', () => {
  it('puts nothing but the protocol on stdout, whatever programs and upstreams print', async () => {
    const configFile = config();
    const server = startRaw(configFile);
    await server.initialize();
    await server.run('console.log("loud\\n{}"); console.error("louder"); await mcp.everything.echo({ message: "x" });');
    await server.run('for (let n = 0; n < 5_000; n++) console.log("flood", n); throw new Error("at the end");');
    await server.run('return await mcp.dead.x()');
    server.child.stdin.end();
    expect((await server.exited)[0]).toBe(0);
    expect(server.lines.length).toBeGreaterThan(3);
    for (const line of server.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    expect(processesOf(configFile)).toEqual([]);
  }, 30_000);

  it('ends on SIGTERM with its children, when a run that spins has met its limit', async () => {
    const configFile = config();
    const server = startRaw(configFile);
    await server.initialize();
    await server.run('return await mcp.files.list_allowed_directories()');
    void server.run('for (;;);', 1_500);
    await server.run('return 1');
    server.child.kill('SIGTERM');
    await server.exited;
    expect(processesOf(configFile)).toEqual([]);
  }, 40_000);

  it('drains on SIGTERM: a run under way is answered, and no new connection is taken', async () => {
    const configFile = config();
    const flags = ['--config', configFile, '--engine', 'node', '--transport', 'http', '--port', '0'];
    const server = await startHttp([BIN, 'serve', ...flags]);
    const client = await connectHttp(server.url, 'v1');
    const started = Promise.withResolvers<void>();
    const code = 'return await mcp.everything.trigger_long_running_operation({ duration: 1, steps: 5 })';
    const running = client.call('run_js', { code }, { onprogress: () => started.resolve() });
    await started.promise;
    server.child.kill('SIGTERM');
    expect((await running).structured).toMatchObject({ kind: 'completed' });
    expect((await server.exited)[0]).toBe(0);
    await expect(connectHttp(server.url, 'v1')).rejects.toThrow();
    expect(processesOf(configFile)).toEqual([]);
  }, 30_000);
});
