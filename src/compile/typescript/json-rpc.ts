/**
 * JSON-RPC over two byte streams, as TypeScript's native compiler speaks it: `Content-Length` headers, requests both
 * ways. Called by compiler-process.ts alone. Knows no methods, starts and kills nothing.
 */
import type { Readable, Writable } from 'node:stream';

export interface Rpc {
  /** Rejects with the compiler's own message, or with the reason that `breakOff` was given. */
  request(method: string, params: unknown): Promise<unknown>;
  /** Fails every pending and every later request with the reason. Only the first call counts. */
  breakOff(reason: Error): void;
}

/** A longer message is not read to its end. Of 60,000 errors in 120 KB of program come 9 MB, which block us for 50 ms. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const MAX_HEADER_BYTES = 1024;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** `answer` serves the other side's requests; `onBroken` is told once where the stream is no JSON-RPC any more. */
export function createRpc(
  input: Readable,
  output: Writable,
  answer: (method: string, params: unknown) => unknown,
  onBroken: (reason: Error) => void,
): Rpc {
  const pending = new Map<number, Pending>();
  let broken: Error | undefined;
  let lastId = 0;
  const breakOff = (reason: Error) => {
    if (broken !== undefined) return;
    broken = reason;
    for (const { reject } of pending.values()) reject(reason);
    pending.clear();
    onBroken(reason);
  };
  const send = (message: object): void => void output.write(toFrame(message));
  const receive = (message: Message) => {
    if (message.method !== undefined)
      return send({ id: message.id, result: answer(message.method, message.params) ?? null });
    const waiting = pending.get(Number(message.id));
    pending.delete(Number(message.id));
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new CompilerPanic(message.error.message));
  };
  input.on('data', createFrameReader(receive, breakOff));
  // A compiler that is gone shows as EPIPE here before its exit is reported.
  output.on('error', breakOff);
  const request = (method: string, params: unknown) => {
    if (broken !== undefined) return Promise.reject(broken);
    lastId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    pending.set(lastId, { resolve, reject });
    send({ id: lastId, method, params });
    return promise;
  };
  return { request, breakOff };
}

function toFrame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** Cuts a byte stream into messages. Joins what it holds once per message, not once per chunk. */
function createFrameReader(
  receive: (message: Message) => void,
  breakOff: (reason: Error) => void,
): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = 1;
  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    if (held < wanted) return;
    let rest = Buffer.concat(chunks);
    try {
      for (wanted = frameBytes(rest); wanted <= rest.length; wanted = frameBytes(rest)) {
        const body = rest.toString('utf8', rest.indexOf('\r\n\r\n') + 4, wanted);
        rest = rest.subarray(wanted);
        receive(JSON.parse(body) as Message);
      }
    } catch (thrown) {
      wanted = Number.POSITIVE_INFINITY;
      breakOff(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
    chunks = [rest];
    held = rest.length;
  };
}

/** Bytes of the first message with its header; one more than there are where the header is not there yet. */
function frameBytes(bytes: Buffer): number {
  const headerEnd = bytes.indexOf('\r\n\r\n');
  if (headerEnd === -1) {
    if (bytes.length > MAX_HEADER_BYTES) throw new Error('The compiler sent no message header.');
    return bytes.length + 1;
  }
  const length = Number(
    /^Content-Length: *(\d{1,12})$/im.exec(bytes.toString('latin1', 0, headerEnd))?.[1] ?? Number.NaN,
  );
  if (!(length <= MAX_MESSAGE_BYTES)) throw new MessageTooLong();
  return headerEnd + 4 + length;
}

export class MessageTooLong extends Error {
  constructor() {
    super(`The compiler sent a message of more than ${MAX_MESSAGE_BYTES} bytes.`);
  }
}

/** It answered with an error: something in the program made its own code fail, and would again. */
export class CompilerPanic extends Error {}
