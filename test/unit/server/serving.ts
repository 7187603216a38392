/** A server for one test: started over HTTP or in-process stdio, and taken down with its clients when the test ends. */
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type Served, type ServeOptions, serve } from '../../../src/server/serve.ts';
import { connectHttp, connectStreams, type Era, type TestClient } from './clients.ts';
import { type SmallParts, type SmallPartsOptions, smallParts } from './small-parts.ts';

export interface HttpFixture {
  readonly parts: SmallParts;
  readonly served: Served;
  readonly url: string;
  connect(era: Era, name?: string, headers?: Readonly<Record<string, string>>): Promise<TestClient>;
  /** A bare request to the MCP endpoint, or to another path. */
  fetch(init: RequestInit, path?: string): Promise<Response>;
}

export async function startHttp(
  options: SmallPartsOptions = {},
  serveOptions: ServeOptions = {},
): Promise<HttpFixture> {
  const parts = smallParts({ ...options, settings: { transport: 'http', ...options.settings } });
  const served = await serve(parts, { drainMs: 0, ...serveOptions });
  const url = served.url ?? '';
  const clients: TestClient[] = [];
  onTestFinished(async () => {
    await Promise.allSettled(clients.map((client) => client.close()));
    await served.close();
  });
  return {
    parts,
    served,
    url,
    async connect(era, name, headers) {
      const client = await connectHttp(url, era, name, headers);
      clients.push(client);
      return client;
    },
    fetch: (init, path) => fetch(path === undefined ? url : new URL(path, url), init),
  };
}

export interface StdioFixture {
  readonly parts: SmallParts;
  readonly served: Served;
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
  connect(era: '2026' | '2025', name?: string): Promise<TestClient>;
}

export async function startStdio(
  options: SmallPartsOptions = {},
  serveOptions: ServeOptions = {},
): Promise<StdioFixture> {
  const parts = smallParts(options);
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const served = await serve(parts, { stdin, stdout, drainMs: 0, ...serveOptions });
  onTestFinished(() => served.close());
  return { parts, served, stdin, stdout, connect: (era, name) => connectStreams(stdout, stdin, era, name) };
}

/** Headers of a JSON-RPC POST. */
export const JSON_HEADERS = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
} as const;

export function initializeBody(): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bare', version: '1' } },
  });
}
