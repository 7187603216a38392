/**
 * One open connection to an upstream. Made by open-link.ts, owned by connection.ts, which makes another when this one is
 * gone. Never reconnects and never repeats a request.
 */
import {
  type Client,
  type PriorDiscovery,
  SseError,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import type { UpstreamTransport } from '../../base/config.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { lostError } from '../link-error.ts';
import { StdioTransport } from '../transport/stdio-transport.ts';
import { modernEnvelope, type RequestOptions, Requests } from './requests.ts';

const LISTEN_MS = 5_000;
const GOODBYE_MS = 1_000;

export type Era = '2025' | '2026';

/** One way to reach a server; without `prior`, its era is found out. */
export interface Attempt {
  readonly transport: UpstreamTransport;
  readonly prior?: PriorDiscovery;
}

export interface LinkListener {
  /** The upstream says that its tools have changed. */
  toolsChanged(): void;
  /** Something broke that may have cost a notification; the link still works as far as is known. */
  troubled(): void;
  /** The connection is gone; `reason` ends a sentence that starts with "it". Told once, and not after `close`. */
  lost(reason: string): void;
}

export interface Link {
  readonly era: Era;
  /** How to get here again without finding anything out. */
  readonly attempt: Attempt;
  /** True where arguments may have to be repeated as HTTP headers. */
  readonly mirrorsParams: boolean;
  readonly isOpen: boolean;
  request(method: string, params: JsonObject, options: RequestOptions): Promise<JsonObject>;
  /** Sets who is told, and asks the upstream for news where it has to be asked. Never rejects. */
  follow(listener: LinkListener): Promise<void>;
  /** Resolves when nothing of the connection is left. */
  close(): Promise<void>;
}

export interface LinkParts {
  readonly client: Client;
  readonly transport: Transport;
  readonly attempt: Attempt;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly log: Log;
}

export function makeLink(parts: LinkParts): Link {
  const { client, transport, attempt } = parts;
  const isModern = client.getProtocolEra() === 'modern';
  const envelope = isModern ? modernEnvelope(client.getNegotiatedProtocolVersion() ?? '', parts.clientInfo) : undefined;
  const requests = new Requests(transport, envelope);
  const state: LinkState = { listener: undefined, ending: undefined, isListening: false };
  divert(transport, requests);
  watch(parts, requests, state);
  return {
    era: isModern ? '2026' : '2025',
    attempt: { transport: attempt.transport, prior: priorOf(client) },
    mirrorsParams: isModern && transport instanceof StreamableHTTPClientTransport,
    get isOpen() {
      return state.ending === undefined;
    },
    request: (method, params, options) =>
      state.ending === undefined
        ? requests.send(method, params, options)
        : Promise.reject(lostError(state.ending, false)),
    follow: async (listener) => {
      state.listener = listener;
      // A server that does not take the subscription is used without news.
      if (isModern && !state.isListening)
        await listen(client, state).catch((error) => parts.log.debug({ err: error }, 'no news from this upstream'));
    },
    close: async () => {
      state.ending ??= 'was closed';
      requests.failAll(state.ending);
      await goodbye(transport);
      await client.close().catch(() => {});
      // Where the connection was lost, the client has let go of the transport, whose child may still be ending.
      await transport.close().catch(() => {});
    },
  };
}

interface LinkState {
  listener: LinkListener | undefined;
  /** Why the link is gone. */
  ending: string | undefined;
  isListening: boolean;
}

/** Lets answers to our own requests past the SDK's client. */
function divert(transport: Transport, requests: Requests): void {
  const inner = transport.onmessage;
  transport.onmessage = (message, extra) => {
    if (!requests.take(message)) inner?.(message, extra);
  };
}

function watch({ client, transport, log }: LinkParts, requests: Requests, state: LinkState): void {
  const lose = (reason: string) => {
    if (state.ending !== undefined) return;
    state.ending = reason;
    requests.failAll(reason);
    state.listener?.lost(reason);
  };
  client.onclose = () =>
    lose(transport instanceof StdioTransport ? (transport.ending ?? 'was closed') : 'closed the connection');
  client.onerror = (error) => {
    log.debug({ err: error }, 'trouble with an upstream connection');
    // An event stream that broke comes back as another session, which has not seen our handshake.
    if (error instanceof SseError) lose('closed its event stream');
    else if (!(transport instanceof StdioTransport)) state.listener?.troubled();
  };
  client.setNotificationHandler('notifications/tools/list_changed', () => state.listener?.toolsChanged());
}

/** In the 2026 era a server tells of changes only on a stream that was asked for. */
async function listen(client: Client, state: LinkState): Promise<void> {
  if (client.getServerCapabilities()?.tools?.listChanged !== true) return;
  const subscription = await client.listen({ toolsListChanged: true }, { timeout: LISTEN_MS });
  state.isListening = true;
  void subscription.closed.then((cause) => {
    state.isListening = false;
    if (cause === 'remote') state.listener?.troubled();
  });
}

function priorOf(client: Client): PriorDiscovery {
  const discover = client.getDiscoverResult();
  return discover === undefined ? { kind: 'legacy' } : { kind: 'modern', discover };
}

/** Tells a remote server that its session is over; a server that does not answer is not waited for. */
async function goodbye(transport: Transport): Promise<void> {
  if (!(transport instanceof StreamableHTTPClientTransport) || transport.sessionId === undefined) return;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, GOODBYE_MS);
  await Promise.race([transport.terminateSession().catch(() => {}), late.promise]);
  clearTimeout(timer);
}
