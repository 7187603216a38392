/**
 * Opens a connection to an upstream: tries the protocol eras and transports that the configuration leaves open, until
 * one answers. Called by connection.ts for each connect and reconnect; keeps nothing and retries nothing later.
 */
import { Client } from '@modelcontextprotocol/client';
import type { UpstreamTransport } from '../../base/config.ts';
import { raceAbort } from '../../base/deadline.ts';
import type { Log } from '../../base/log.ts';
import { LinkError } from '../link-error.ts';
import { openTransport } from '../transport/open-transport.ts';
import { StderrTail } from '../transport/stderr-tail.ts';
import { connectFailure } from './connect-failure.ts';
import { type Attempt, type Link, makeLink } from './link.ts';

/** How long a server may think about `server/discover`; one of the 2025 era that ignores it costs this much, once. */
const PROBE_MS = 5_000;
const MAX_ATTEMPTS = 3;

export interface LinkOptions {
  readonly log: Log;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly connectMs: number;
  readonly maxMessageBytes: number;
  /** Told of the stderr of each child process that is started, before it starts. */
  readonly onTail: (tail: StderrTail) => void;
  /** Given what is still ending of an attempt that came to nothing. */
  readonly onLeave: (leaving: Promise<void>) => void;
}

/** A link; rejects with LinkError, or with the signal's reason after everything that was started is being closed. */
export async function openLink(first: Attempt, options: LinkOptions, signal: AbortSignal): Promise<Link> {
  let attempt: Attempt = first;
  let failure: LinkError | undefined;
  for (let made = 1; ; made += 1) {
    try {
      return await openOnce(attempt, options, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof LinkError)) throw thrown;
      // What the configured transport said is what its operator can act on, rather than what a fallback said.
      if (failure === undefined || attempt.transport.kind === first.transport.kind) failure = thrown;
      const next = made < MAX_ATTEMPTS ? fallback(attempt, thrown, made === 1) : undefined;
      if (next === undefined) throw failure;
      options.log.debug(
        { err: thrown, transport: next.transport.kind, era: next.prior?.kind ?? 'auto' },
        'upstream is tried another way',
      );
      attempt = next;
    }
  }
}

async function openOnce(attempt: Attempt, options: LinkOptions, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const { log, clientInfo, connectMs, maxMessageBytes, onTail } = options;
  const tail = new StderrTail();
  onTail(tail);
  const transport = openTransport(attempt.transport, { maxMessageBytes, tail, log });
  const client = new Client(clientInfo, {
    versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(PROBE_MS, connectMs / 2) } },
  });
  const abandon = () => options.onLeave(transport.close());
  signal.addEventListener('abort', abandon, { once: true });
  try {
    // Legacy SSE predates the era that a probe would look for.
    const prior = attempt.transport.kind === 'sse' ? ({ kind: 'legacy' } as const) : attempt.prior;
    await raceAbort(
      client.connect(transport, { timeout: connectMs, ...(prior === undefined ? {} : { prior }) }),
      signal,
    );
    return makeLink({ client, transport, attempt, clientInfo, log });
  } catch (thrown) {
    abandon();
    signal.throwIfAborted();
    throw connectFailure(thrown, transport);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

/** What is left to try after a failure, if it tells of an era or a transport rather than of a server that is not there. */
function fallback({ transport, prior }: Attempt, { failure }: LinkError, isFirst: boolean): Attempt | undefined {
  if (prior?.kind === 'modern') return { transport };
  if (transport.kind === 'stdio') {
    if (failure.kind === 'lost') return afterExit(transport, failure.mayHaveRun, prior === undefined, isFirst);
    // A server of the 2026 era that was slow to start saw the end of the probe and then a handshake it does not know.
    return failure.kind === 'rpc' ? { transport } : undefined;
  }
  if (transport.kind === 'sse') return undefined;
  if (failure.kind === 'refused' && isNoSuchTransport(failure.status))
    return { transport: { ...transport, kind: 'sse' } };
  const mayBeLegacy = failure.kind === 'timeout' || (failure.kind === 'refused' && failure.status >= 500);
  return mayBeLegacy && prior === undefined ? { transport, prior: { kind: 'legacy' } } : undefined;
}

/** Some servers exit when anything comes before `initialize`. One that could not even be started will not run better. */
function afterExit(
  transport: UpstreamTransport,
  hasRun: boolean,
  wasProbed: boolean,
  isFirst: boolean,
): Attempt | undefined {
  if (!hasRun) return undefined;
  if (wasProbed) return { transport, prior: { kind: 'legacy' } };
  return isFirst ? { transport } : undefined;
}

/** As the specification has it for servers of before Streamable HTTP; not where the server wants a login or a pause. */
function isNoSuchTransport(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 407, 408, 429].includes(status);
}
