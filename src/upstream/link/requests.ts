/**
 * Requests over a connected transport, beside the SDK's client, which rejects a whole tools/list for one malformed tool
 * and a whole result for one unknown content block, and lets a call over HTTP hang until its timeout when the response
 * stream breaks. Made by open-link.ts once the handshake is done; answers come back as the upstream sent them.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type JSONRPCMessage,
  PROTOCOL_VERSION_META_KEY,
  type Transport,
} from '@modelcontextprotocol/client';
import type { TraceContext } from '../../base/gate/trace-context.ts';
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { ToolProgress } from '../../run/call-tool.ts';
import { cutText } from '../clean-text.ts';
import { LinkError, lostError } from '../link-error.ts';
import { sendFailure } from './send-failure.ts';

/** Ours start here, far above those that the SDK's client counts up from zero on the same connection. */
const FIRST_ID = 1_000_000;
const UPSTREAM_WORDS_CHARS = 4_096;

export interface RequestOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly onProgress?: (progress: ToolProgress) => void;
  readonly trace?: TraceContext;
}

/** What every request and notification of the 2026 era carries; undefined in the 2025 era. */
export type Envelope = Readonly<Record<string, Json>> | undefined;

interface Pending {
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: ToolProgress) => void) | undefined;
}

export function modernEnvelope(
  protocolVersion: string,
  clientInfo: { readonly name: string; readonly version: string },
): Envelope {
  return {
    [PROTOCOL_VERSION_META_KEY]: protocolVersion,
    [CLIENT_INFO_META_KEY]: { ...clientInfo },
    [CLIENT_CAPABILITIES_META_KEY]: {},
  };
}

export class Requests {
  readonly #transport: Transport;
  readonly #envelope: Envelope;
  readonly #pending = new Map<number, Pending>();
  #nextId = FIRST_ID;

  constructor(transport: Transport, envelope: Envelope) {
    this.#transport = transport;
    this.#envelope = envelope;
  }

  /** The result; rejects with LinkError, or with `signal.reason` after the upstream was told of the cancellation. */
  async send(method: string, params: JsonObject, options: RequestOptions): Promise<JsonObject> {
    options.signal.throwIfAborted();
    const id = this.#nextId++;
    const stream = new AbortController();
    const answer = Promise.withResolvers<JsonObject>();
    const giveUp = (reason: unknown, words: string) => {
      answer.reject(reason);
      void this.#cancel(id, words, stream);
    };
    const onAbort = () => giveUp(options.signal.reason, 'The call was cancelled.');
    const timer = setTimeout(
      () => giveUp(timeoutError(options.timeoutMs), 'The call took too long.'),
      options.timeoutMs,
    );
    options.signal.addEventListener('abort', onAbort, { once: true });
    this.#pending.set(id, { ...answer, onProgress: options.onProgress });
    this.#dispatch(id, method, params, options, stream).catch((error) =>
      answer.reject(sendFailure(error, this.#transport)),
    );
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', onAbort);
      this.#pending.delete(id);
    }
  }

  /** Takes a message where it belongs to a request of ours; all else is the SDK's. */
  take(message: JSONRPCMessage): boolean {
    if ('method' in message) return this.#takeProgress(message);
    const pending = typeof message.id === 'number' ? this.#pending.get(message.id) : undefined;
    // A late answer, to a request that was given up, is nobody's.
    if (pending === undefined) return typeof message.id === 'number' && message.id >= FIRST_ID;
    // Some servers say that there was no error.
    if ('error' in message && (message.error as unknown) !== null) pending.reject(rpcError(message.error));
    else if ('result' in message && isJsonObject(message.result)) pending.resolve(message.result);
    else pending.reject(rpcError({ message: 'The answer holds no result.' }));
    return true;
  }

  /** The connection is gone: whatever was under way may have been done, and will not be answered. */
  failAll(reason: string): void {
    for (const pending of this.#pending.values()) pending.reject(lostError(reason, true));
  }

  #dispatch(
    id: number,
    method: string,
    params: JsonObject,
    options: RequestOptions,
    stream: AbortController,
  ): Promise<void> {
    const progress = options.onProgress === undefined ? {} : { progressToken: id };
    const meta = { ...this.#envelope, ...progress, ...options.trace };
    const message = { jsonrpc: '2.0' as const, id, method, params: { ...params, _meta: meta } };
    return this.#transport.send(message, {
      requestSignal: stream.signal,
      onRequestStreamEnd: () => this.#pending.get(id)?.reject(lostError('closed the stream before it answered', true)),
      ...(options.headers === undefined ? {} : { headers: options.headers }),
    });
  }

  /** In the 2026 era over HTTP the end of the stream is the cancellation; elsewhere a notification is. */
  async #cancel(requestId: number, reason: string, stream: AbortController): Promise<void> {
    const isByStream = this.#envelope !== undefined && this.#transport.hasPerRequestStream === true;
    const meta = this.#envelope === undefined ? {} : { _meta: { ...this.#envelope } };
    const message = {
      jsonrpc: '2.0' as const,
      method: 'notifications/cancelled',
      params: { requestId, reason, ...meta },
    };
    if (!isByStream) await this.#transport.send(message).catch(() => {});
    stream.abort();
  }

  #takeProgress(message: JSONRPCMessage): boolean {
    if (!('method' in message) || message.method !== 'notifications/progress') return false;
    const { progressToken, progress, total, message: words } = message.params ?? {};
    if (typeof progressToken !== 'number' || progressToken < FIRST_ID) return false;
    const onProgress = this.#pending.get(progressToken)?.onProgress;
    if (typeof progress !== 'number') return true;
    onProgress?.({
      progress,
      ...(typeof total === 'number' ? { total } : {}),
      ...(typeof words === 'string' ? { message: cutText(words, 1_024) } : {}),
    });
    return true;
  }
}

function timeoutError(ms: number): LinkError {
  return new LinkError({ kind: 'timeout', message: `did not answer within ${ms} ms`, ms });
}

/** Whatever a server takes for an error: one that says nothing has failed all the same. */
function rpcError(error: unknown): LinkError {
  const { code, message } = isJsonObject(error) ? error : {};
  const words = typeof message === 'string' ? cutText(message, UPSTREAM_WORDS_CHARS) : '';
  return new LinkError({
    kind: 'rpc',
    code: Number(code),
    message: words === '' ? 'It failed, and did not say why.' : words,
  });
}
