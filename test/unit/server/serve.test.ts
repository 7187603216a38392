import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { serve } from '../../../src/server/serve.ts';
import { ERAS } from './clients.ts';
import { initializeBody, JSON_HEADERS, startHttp, startStdio } from './serving.ts';
import { smallParts } from './small-parts.ts';

describe.each(ERAS)('closing under a client of %s', (era) => {
  it('refuses new work while running work ends and is answered', async () => {
    const { connect, parts, served, fetch } = await startHttp({}, { drainMs: 60_000 });
    const client = await connect(era);
    const gate = Promise.withResolvers<never>();
    const execute = parts.execute.bind(parts);
    const entered = Promise.withResolvers<void>();
    Object.assign(parts, {
      execute: async (...given: Parameters<typeof execute>) => {
        entered.resolve();
        await gate.promise;
        return execute(...given);
      },
    });
    const running = client.call('run_js', { code: 'return "in time"' });
    await entered.promise;
    const closed = served.close();
    expect(await client.call('run_js', { code: 'return 1' })).toMatchObject({
      isError: true,
      structured: { error: { code: 'SHUTTING_DOWN', retryable: true } },
    });
    expect((await fetch({}, '/readyz')).status).toBe(503);
    expect((await fetch({ method: 'POST', headers: JSON_HEADERS, body: initializeBody() })).status).toBe(503);
    gate.resolve(undefined as never);
    expect(await running).toMatchObject({ structured: { result: 'in time' } });
    await closed;
    await expect(fetch({}, '/livez')).rejects.toThrow();
  });

  it('aborts what is still running after the grace, and says so', async () => {
    const { connect, parts, served } = await startHttp({}, { drainMs: 0 });
    const client = await connect(era);
    const running = client.call('run_js', { code: 'return await call("files", "forever")' });
    await parts.foreverEntered;
    const closed = served.close();
    expect(await running).toMatchObject({ isError: true, structured: { error: { code: 'SHUTTING_DOWN' } } });
    await closed;
    expect(served.close()).toBe(served.closed);
  });
});

describe('serving over HTTP', () => {
  it('says where, and serves there', async () => {
    const { url, fetch } = await startHttp({ settings: { path: '/p' } });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p$/);
    expect((await fetch({}, '/livez')).status).toBe(200);
  });

  it('refuses a port that is taken with one sentence that names it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(serve(smallParts({ settings: { transport: 'http', port } }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `Port ${port} of 127.0.0.1 is in use already; choose another with --port.`,
    });
    taken.close();
  });

  it('refuses to be open to the world without a word about it', async () => {
    await expect(serve(smallParts({ settings: { transport: 'http', host: '0.0.0.0' } }))).rejects.toThrow(
      '--allow-unauthenticated',
    );
  });
});

describe('serving over stdio', () => {
  it('ends when the client closes stdin, and aborts what it left running', async () => {
    const { connect, parts, served, stdin } = await startStdio();
    const client = await connect('2025');
    client.call('run_js', { code: 'return await call("files", "forever")' }).catch(() => {});
    const signal = await parts.foreverEntered;
    stdin.end();
    await served.closed;
    expect(signal.aborted).toBe(true);
  });

  it('answers what is running before it closes', async () => {
    const { connect, parts, served } = await startStdio({}, { drainMs: 0 });
    const client = await connect('2026');
    const running = client.call('mcp-exec', { name: 'files.forever' });
    await parts.foreverEntered;
    const closed = served.close();
    expect(await running).toMatchObject({ structured: { error: { code: 'SHUTTING_DOWN' } } });
    await closed;
  });

  it('writes nothing to stdout but lines of JSON-RPC, whatever comes in', async () => {
    const { served, stdin, stdout } = await startStdio();
    const chunks: Buffer[] = [];
    stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const answered = once(stdout, 'data');
    stdin.write('no json at all\n[1,2]\n{"jsonrpc":"1.0"}\n\n');
    stdin.write(`${initializeBody()}\n`);
    await answered;
    stdin.end();
    await served.closed;
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).jsonrpc)).toEqual(['2.0']);
  });
});
