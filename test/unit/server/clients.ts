/**
 * Real SDK clients of both eras, and the v1 client, behind one small shape; and a client transport over two streams for
 * a stdio server in this process.
 */
import type { Readable, Writable } from 'node:stream';
import {
  ReadBuffer,
  StreamableHTTPClientTransport,
  serializeMessage,
  Client as V2Client,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1StdioTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1HttpTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

export interface ListedTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly annotations?: unknown;
  readonly inputSchema: unknown;
  readonly outputSchema?: unknown;
}

export interface Answer {
  readonly text: string;
  readonly isError: boolean;
  readonly structured: Readonly<Record<string, unknown>>;
  /** What came beside the text. */
  readonly files: readonly unknown[];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: {
    progress: number;
    total?: number | undefined;
    message?: string | undefined;
  }) => void;
}

export interface TestClient {
  readonly era: string;
  list(): Promise<readonly ListedTool[]>;
  call(name: string, args?: unknown, options?: CallOptions): Promise<Answer>;
  /** Resolves at the next notification that the tools changed. */
  nextChange(): Promise<void>;
  close(): Promise<void>;
}

export const ERAS = ['2026', '2025', 'v1'] as const;
export type Era = (typeof ERAS)[number];

type V1Transport = Parameters<V1Client['connect']>[0];
type V2Transport = Parameters<V2Client['connect']>[0];

/** `headers` are sent with every request, such as a token. */
export function connectHttp(
  url: string,
  era: Era,
  name = 'test-client',
  headers: Readonly<Record<string, string>> = {},
): Promise<TestClient> {
  const options = { requestInit: { headers } };
  if (era === 'v1') return connectV1(new V1HttpTransport(new URL(url), options) as unknown as V1Transport, name);
  return connectV2(new StreamableHTTPClientTransport(new URL(url), options), era, name);
}

/** Starts the command as a server on stdio, as any MCP client does. */
export function connectCommand(
  command: { readonly command: string; readonly args: string[]; readonly stderr: 'ignore' | 'inherit' },
  era: Era,
  name = 'test-client',
): Promise<TestClient> {
  if (era === 'v1') return connectV1(new V1StdioTransport(command), name);
  return connectV2(new StdioClientTransport(command), era, name);
}

export function connectStreams(
  input: Readable,
  output: Writable,
  era: '2026' | '2025',
  name = 'test-client',
): Promise<TestClient> {
  return connectV2(streamTransport(input, output), era, name);
}

async function connectV2(transport: V2Transport, era: '2026' | '2025', name: string): Promise<TestClient> {
  const changes = new Changes();
  const client = new V2Client(
    { name, version: '1' },
    {
      versionNegotiation: { mode: era === '2026' ? { pin: '2026-07-28' } : 'legacy' },
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => changes.announce() } },
    },
  );
  await client.connect(transport);
  return {
    era: client.getProtocolEra() ?? 'none',
    list: async () => (await client.listTools({}, { cacheMode: 'refresh' })).tools,
    call: async (name, args = {}, options = {}) =>
      answerOf(await client.callTool({ name, arguments: args as Record<string, unknown> }, options)),
    nextChange: () => changes.next(),
    close: () => client.close(),
  };
}

async function connectV1(transport: V1Transport, name: string): Promise<TestClient> {
  const changes = new Changes();
  const client = new V1Client({ name, version: '1' });
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => changes.announce());
  await client.connect(transport);
  return {
    era: 'v1',
    list: async () => (await client.listTools()).tools,
    call: async (name, args = {}, options = {}) =>
      answerOf(await client.callTool({ name, arguments: args as Record<string, unknown> }, undefined, options)),
    nextChange: () => changes.next(),
    close: () => client.close(),
  };
}

/** Notifications may come before anybody waits for them, so they are counted. */
class Changes {
  #seen = 0;
  #waiting: (() => void)[] = [];

  announce(): void {
    const [first, ...rest] = this.#waiting;
    this.#waiting = rest;
    if (first === undefined) this.#seen += 1;
    else first();
  }

  next(): Promise<void> {
    if (this.#seen > 0) {
      this.#seen -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function answerOf(result: unknown): Answer {
  const { content, structuredContent, isError } = result as {
    content: { type: string; text?: string }[];
    structuredContent?: Record<string, unknown>;
    isError?: boolean;
  };
  return {
    text: content.map(({ text }) => text ?? '').join('\n'),
    structured: structuredContent ?? {},
    isError: isError === true,
    files: content.filter(({ type }) => type !== 'text'),
  };
}

function streamTransport(input: Readable, output: Writable): V2Transport {
  const buffer = new ReadBuffer();
  const transport: V2Transport = {
    async start() {
      input.on('data', (chunk: Buffer) => {
        buffer.append(chunk);
        for (let message = buffer.readMessage(); message !== null; message = buffer.readMessage())
          transport.onmessage?.(message);
      });
      input.on('end', () => transport.onclose?.());
    },
    async send(message) {
      output.write(serializeMessage(message));
    },
    async close() {
      output.end();
      transport.onclose?.();
    },
  };
  return transport;
}
