import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type LiveServer, startServer } from '../../attack/server/live-server.ts';
import { openSession } from '../../attack/server/raw-client.ts';
import { startCollector } from '../../e2e/telemetry/collector.ts';

const SOON = { timeout: 20_000 } as const;

function startExporting(endpoint: string, env: Readonly<Record<string, string>> = {}): Promise<LiveServer> {
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: '20', ...env };
  return startServer({ settings: { registry: 'none' }, env: variables });
}

/** Where nobody listens. */
async function deadEndpoint(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

async function expectRuns(server: LiveServer, times = 5): Promise<void> {
  const session = await openSession(server);
  for (let at = 0; at < times; at += 1) expect(await session.run(`return ${at}`)).toMatchObject({ result: at });
}

describe('a collector of spans', () => {
  it('that takes them and never answers holds up neither requests nor the end', async () => {
    const collector = await startCollector('hangs');
    const server = await startExporting(collector.endpoint);
    await expectRuns(server);
    await expect.poll(() => collector.requests.length, SOON).toBeGreaterThan(0);
    await expectRuns(server);
    expect(await server.end()).toEqual([]);
    expect(server.child.exitCode).toBe(0);
    expect(server.log()).toContain('the last spans did not leave in time');
  });

  it('that refuses is told of once, and answers go on', async () => {
    const collector = await startCollector('refuses');
    const server = await startExporting(collector.endpoint, { OTEL_EXPORTER_OTLP_TIMEOUT: '100' });
    await expectRuns(server);
    await expect.poll(() => server.log(), SOON).toContain('spans cannot be exported');
    const before = collector.requests.length;
    await expectRuns(server);
    await expect.poll(() => collector.requests.length, SOON).toBeGreaterThan(before);
    await server.end();
    expect(server.log().split('spans cannot be exported')).toHaveLength(2);
    expect(server.child.exitCode).toBe(0);
  });

  it.each([
    ['is not there', deadEndpoint],
    ['has an address that is none', async () => 'not an address'],
    ['speaks another protocol', async () => 'ftp://127.0.0.1/'],
  ])('that %s costs spans and nothing else', async (_what, endpoint) => {
    const server = await startExporting(await endpoint());
    await expectRuns(server);
    expect(await server.end()).toEqual([]);
    expect(server.child.exitCode).toBe(0);
  });

  it('gets what fits the queue and no more, while the server answers', async () => {
    const collector = await startCollector();
    const server = await startExporting(collector.endpoint, {
      OTEL_BSP_MAX_QUEUE_SIZE: '4',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    });
    await expectRuns(server, 20);
    await server.end();
    expect(collector.spans.length).toBeGreaterThan(0);
    expect(server.child.exitCode).toBe(0);
  });
});
