/**
 * A collector of spans for tests: a real HTTP server that takes OTLP as JSON, keeps what it is sent, and can be told to
 * hang or to refuse.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly status: { readonly code?: number };
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Collector {
  readonly endpoint: string;
  readonly spans: readonly SeenSpan[];
  /** Of the resource that the spans came from. */
  readonly resources: readonly Readonly<Record<string, unknown>>[];
  readonly requests: readonly { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  /** Everything that was sent, as text. */
  text(): string;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<SeenSpan, 'attributes'> & { attributes: readonly Attribute[] })[];
    }[];
  }[];
}

/** `hangs` takes the request and never answers; `refuses` answers 503 to each. */
export async function startCollector(mood: 'takes' | 'hangs' | 'refuses' = 'takes'): Promise<Collector> {
  const spans: SeenSpan[] = [];
  const resources: Record<string, unknown>[] = [];
  const requests: { url: string; headers: IncomingHttpHeaders }[] = [];
  let text = '';
  const take = (body: string) => {
    text += body;
    for (const { resource, scopeSpans } of (JSON.parse(body) as Sent).resourceSpans) {
      resources.push(valuesOf(resource.attributes));
      const sent = scopeSpans.flatMap((scope) => scope.spans);
      spans.push(...sent.map((span) => ({ ...span, attributes: valuesOf(span.attributes) })));
    }
  };
  const server = createServer(async (request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (mood === 'hangs') return;
    if (mood === 'takes') take(Buffer.concat(chunks).toString());
    answer(response, mood === 'takes' ? 200 : 503);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, spans, resources, requests, text: () => text };
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}');
}

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
