/** Clients as attackers write them: bytes on a socket, and JSON-RPC over fetch without an SDK in between. */
import { connect, type Socket } from 'node:net';

export const JSON_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
};

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bare', version: '1' } },
} as const;

interface Target {
  readonly url: string;
  readonly port: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export async function openSocket({ port }: Target): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  // A server that refuses early resets what is still being written; what it said came first.
  socket.on('error', () => {});
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', () => resolve());
  });
  return socket;
}

/** Sends the bytes as they are and reads until the server closes the connection. */
export async function exchange(target: Target, bytes: string | Buffer): Promise<string> {
  const socket = await openSocket(target);
  const answer = readAll(socket);
  socket.write(bytes);
  return answer;
}

/** What comes until the connection is closed, whoever closes it. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
  return Buffer.concat(chunks).toString();
}

/** Writes, and waits until there is room for more or the connection is gone. */
export async function writeSlowly(socket: Socket, bytes: string): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  await new Promise<void>((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', () => resolve());
  });
}

/** A whole POST with a body, closed after the answer. */
export function rawPost(body: string, headers: readonly string[] = ['Host: localhost']): string {
  const fixed = Object.entries(JSON_HEADERS).map(([name, value]) => `${name}: ${value}`);
  const lines = [...headers, ...fixed, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'];
  return `POST /mcp HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

export async function post(
  { url }: Pick<Target, 'url'>,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = { method: 'POST', headers: { ...JSON_HEADERS, ...headers }, body: text };
  const response = await fetch(url, signal === undefined ? init : { ...init, signal });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The JSON-RPC message with the id in an answer, whether it came as JSON or as events. */
export function messageOf({ text }: Answer, id: unknown): Record<string, unknown> | undefined {
  const parts = text.startsWith('{') ? [text] : text.split('\n').flatMap((line) => line.split(/^data: /)[1] ?? []);
  return parts.map((part) => JSON.parse(part) as Record<string, unknown>).find((message) => message.id === id);
}

export interface BareSession {
  readonly id: string;
  send(message: object, signal?: AbortSignal): Promise<Answer>;
  /** Calls a tool and gives its structured content. */
  call(name: string, args: object, id?: number | string): Promise<Record<string, unknown>>;
  run(code: string, id?: number | string): Promise<Record<string, unknown>>;
  end(): Promise<number>;
}

/** A session of the 2025 revisions. */
export async function openSession(target: Pick<Target, 'url'>): Promise<BareSession> {
  const opened = await post(target, INITIALIZE);
  const id = opened.headers.get('mcp-session-id') ?? '';
  if (id === '') throw new Error(`No session: ${opened.status} ${opened.text}`);
  let lastId = 1;
  const send = (message: object, signal?: AbortSignal) =>
    post(target, { jsonrpc: '2.0', ...message }, { 'Mcp-Session-Id': id }, signal);
  await send({ method: 'notifications/initialized' });
  const call = async (name: string, args: object, given?: number | string) => {
    lastId += 1;
    const own = given ?? lastId;
    const answer = await send({ id: own, method: 'tools/call', params: { name, arguments: args } });
    const message = messageOf(answer, own);
    const result = message?.result as { structuredContent?: Record<string, unknown> } | undefined;
    return result?.structuredContent ?? { status: answer.status, ...message };
  };
  return {
    id,
    send,
    call,
    run: (code, given) => call('run_js', { code }, given),
    end: async () => (await fetch(target.url, { method: 'DELETE', headers: { 'Mcp-Session-Id': id } })).status,
  };
}

/** A new client does an honest piece of work: the proof that what came before hurt nobody else. */
export async function honestRun(target: Pick<Target, 'url'>): Promise<unknown> {
  const session = await openSession(target);
  const { kind, result } = await session.run('const n: number = 20; return n + 1;');
  await session.end();
  return { kind, result };
}

export const HONEST = { kind: 'completed', result: 21 };
