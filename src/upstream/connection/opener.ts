/**
 * Opens links to one upstream, again and again, with what was learned the times before: its era and transport, when it
 * may next be tried, and why it is not there. Owned by connection.ts, one for each.
 */
import type { UpstreamConfig } from '../../base/config.ts';
import { nowMs, raceAbort, withDeadline } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import type { Limits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import type { Attempt, Link } from '../link/link.ts';
import { LinkError, lostError } from '../link-error.ts';
import type { StderrTail } from '../transport/stderr-tail.ts';
import { Backoff } from './backoff.ts';

/** A wait this short is waited out; a longer one is told. */
const PATIENCE_MS = 1_000;
/** A connection that lived this long has shown that the server is well. */
const WELL_MS = 10_000;
/** How long it is believed that a server has no newer era to offer. */
const VERDICT_MS = 60 * 60_000;
const MIN_MESSAGE_BYTES = 32 * 1024 * 1024;

export interface OpenerOptions {
  readonly limits: Limits;
  readonly log: Log;
  readonly version: string;
}

export class Opener {
  readonly #config: UpstreamConfig;
  readonly #options: OpenerOptions;
  readonly #backoff = new Backoff();
  /** Links that are being closed; waited for at the end, so that no child is left. */
  readonly #leaving = new Set<Promise<void>>();
  #known: { readonly attempt: Attempt; readonly untilMs: number } | undefined;
  #failure: string | undefined;
  #tail: StderrTail | undefined;

  constructor(config: UpstreamConfig, options: OpenerOptions) {
    this.#config = config;
    this.#options = options;
  }

  /** Why there is no link, as the end of a sentence that starts with "it"; undefined where nothing went wrong. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The last words of the latest child process; empty where there are none. */
  get stderrTail(): string {
    return this.#tail?.text() ?? '';
  }

  /**
   * A link that `prepare` has made ready for use, all within the limit connectMs. Rejects with a LinkError that says
   * nothing was sent, or with the signal's reason.
   */
  async open(prepare: (link: Link, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<Link> {
    const { waitMs } = this.#backoff;
    if (waitMs > PATIENCE_MS) throw lostError(this.#failure ?? 'failed', false);
    if (waitMs > 0) await pause(waitMs, signal);
    const { connectMs } = this.#options.limits;
    const late = () =>
      new LinkError({ kind: 'timeout', message: `was not ready within ${connectMs} ms`, ms: connectMs });
    try {
      const link = await withDeadline(connectMs, signal, late, (within) => this.#openOnce(prepare, within));
      this.#failure = undefined;
      return link;
    } catch (thrown) {
      signal.throwIfAborted();
      const reason = reasonOf(thrown);
      this.#failure = reason;
      this.#known = undefined;
      this.#backoff.failed();
      this.#options.log.warn({ err: thrown, stderr: this.stderrTail }, `upstream ${reason}`);
      throw lostError(reason, false, thrown);
    }
  }

  /** A link that was open since `sinceMs` is of no use any more. */
  lose(link: Link, reason: string, sinceMs: number): void {
    this.#failure = reason;
    if (nowMs() - sinceMs < WELL_MS) this.#backoff.failed();
    else this.#backoff.succeeded();
    this.#leave(link.close());
  }

  /** The server did what it was asked: what went wrong before is forgiven. */
  forgive(): void {
    this.#backoff.succeeded();
  }

  /** Resolves when nothing is left of any link that was opened and lost. */
  async settle(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  /** What a client is told: who is not there, why, when it is tried again, and the server's last words. */
  unavailable(error: LinkError): Fault {
    const seconds = Math.ceil(this.#backoff.waitMs / 1_000);
    const again = seconds > 1 ? ` It is tried again in ${seconds} s at the earliest.` : '';
    const tail = this.stderrTail;
    const words = tail === '' ? '' : `\nIts stderr ended with:\n${tail}`;
    const name = JSON.stringify(this.#config.name);
    return new Fault(
      'UPSTREAM_UNAVAILABLE',
      `The server ${name} is not available: it ${error.message}.${again}${words}`,
      error,
    );
  }

  async #openOnce(prepare: (link: Link, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<Link> {
    const { limits, log, version } = this.#options;
    const known = this.#known !== undefined && nowMs() < this.#known.untilMs ? this.#known : undefined;
    const options = {
      log,
      clientInfo: { name: 'codeloom', version },
      connectMs: limits.connectMs,
      maxMessageBytes: Math.max(MIN_MESSAGE_BYTES, limits.toolResultBytes * 2),
      onTail: (tail: StderrTail) => {
        this.#tail = tail;
      },
      onLeave: (leaving: Promise<void>) => this.#leave(leaving),
    };
    // The SDK's client takes 60 ms to load: whoever starts a server does not wait for its first upstream.
    const { openLink } = await import('../link/open-link.ts');
    const link = await openLink(known?.attempt ?? { transport: this.#config.transport }, options, signal);
    try {
      await prepare(link, signal);
      signal.throwIfAborted();
    } catch (thrown) {
      this.#leave(link.close());
      throw thrown;
    }
    this.#known = known ?? { attempt: link.attempt, untilMs: nowMs() + VERDICT_MS };
    return link;
  }

  #leave(leaving: Promise<void>): void {
    const settled = leaving.catch((error) => this.#options.log.debug({ err: error }, 'upstream did not close cleanly'));
    this.#leaving.add(settled);
    void settled.then(() => this.#leaving.delete(settled));
  }
}

export function reasonOf(thrown: unknown): string {
  return thrown instanceof LinkError ? thrown.message : 'failed';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  return raceAbort(over.promise, signal).finally(() => clearTimeout(timer));
}
