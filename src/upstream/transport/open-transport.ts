/**
 * The transport for one configured upstream. Called by open-link.ts. Starts nothing: the SDK's client does that.
 */
import { SSEClientTransport, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import type { UpstreamTransport } from '../../base/config.ts';
import type { Log } from '../../base/log.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { StderrTail } from './stderr-tail.ts';
import { type StdioConfig, StdioTransport } from './stdio-transport.ts';

/** Streams of a remote upstream are resumed twice, quickly; then the calls that wait on them are lost. */
const RECONNECTION = {
  initialReconnectionDelay: 250,
  maxReconnectionDelay: 2_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 2,
};

export interface TransportOptions {
  readonly maxMessageBytes: number;
  readonly tail: StderrTail;
  readonly log: Log;
}

export type RemoteConfig = Exclude<UpstreamTransport, StdioConfig>;
export type OpenedTransport = Transport | StdioTransport;

export function openTransport(config: UpstreamTransport, options: TransportOptions): OpenedTransport {
  const { maxMessageBytes, tail, log } = options;
  if (config.kind === 'stdio') return new StdioTransport(config, maxMessageBytes, tail, log);
  const shared = { requestInit: { headers: { ...config.headers } }, fetch: boundedFetch(maxMessageBytes) };
  const url = new URL(config.url);
  if (config.kind === 'sse') return new SSEClientTransport(url, shared);
  return new StreamableHTTPClientTransport(url, { ...shared, reconnectionOptions: RECONNECTION });
}
