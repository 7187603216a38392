/**
 * The life of one configured upstream: connected when first needed, listed, followed, and connected again when it was
 * lost. Made by upstreams.ts, one for each configured server. Repeats a call only where it provably never left.
 */
import type { UpstreamConfig } from '../../base/config.ts';
import { nowMs, raceAbort } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { listTools } from '../catalog/list-tools.ts';
import { type ServerSnapshot, serverSnapshot } from '../catalog/server-tools.ts';
import type { Era, Link } from '../link/link.ts';
import type { RequestOptions } from '../link/requests.ts';
import { isLost, isUnsent, LinkError, lostError } from '../link-error.ts';
import { Debounce } from './debounce.ts';
import { Opener, type OpenerOptions, reasonOf } from './opener.ts';

const CHANGES = { delayMs: 100, restMs: 1_000 };

export type ConnectionState = 'idle' | 'connecting' | 'ready' | 'failed';

export interface ConnectionStatus {
  readonly name: string;
  readonly state: ConnectionState;
  readonly tools?: number;
  readonly era?: Era;
  /** Why it failed, as a sentence that is safe to show. */
  readonly reason?: string;
  readonly stderrTail?: string;
}

export interface ConnectionOptions extends OpenerOptions {
  readonly identifier: string;
  /** Told when the tools are others than they were. */
  readonly onToolsChanged: () => void;
}

interface Opened {
  readonly link: Link;
  readonly sinceMs: number;
  /** True where a change of the tools may have been missed. */
  isStale: boolean;
}

/** What a request needs beside its parameters; headers depend on what the link turns out to be. */
export interface CallOptions extends RequestOptions {
  readonly headersFor: (link: Link) => RequestOptions['headers'];
}

export class Connection {
  readonly config: UpstreamConfig;
  readonly #options: ConnectionOptions;
  readonly #log: Log;
  readonly #opener: Opener;
  readonly #closing = new AbortController();
  readonly #changes = new Debounce(() => this.#relistQuietly(), CHANGES);
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;
  #relisting: Promise<void> | undefined;
  #snapshot: ServerSnapshot | undefined;

  constructor(config: UpstreamConfig, options: ConnectionOptions) {
    this.config = config;
    this.#options = options;
    this.#log = options.log.child({ upstream: config.name });
    this.#opener = new Opener(config, { ...options, log: this.#log });
  }

  status(): ConnectionStatus {
    const { name } = this.config;
    if (this.#opened !== undefined) {
      return { name, state: 'ready', tools: this.#snapshot?.server.tools.length ?? 0, era: this.#opened.link.era };
    }
    if (this.#opening !== undefined) return { name, state: 'connecting' };
    const { failure, stderrTail } = this.#opener;
    if (failure === undefined) return { name, state: 'idle' };
    return { name, state: 'failed', reason: `It ${failure}.`, ...(stderrTail === '' ? {} : { stderrTail }) };
  }

  /** The tools, connecting first where needed. Rejects with Fault UPSTREAM_UNAVAILABLE, or with the signal's reason. */
  async tools(signal: AbortSignal): Promise<ServerSnapshot> {
    try {
      const opened = await this.#ready(signal);
      if (opened.isStale) await raceAbort(this.#relist(opened), signal);
      // Listing again may have found the connection dead.
      if (this.#opened === undefined) await this.#ready(signal);
      if (this.#snapshot !== undefined) return this.#snapshot;
      throw lostError('did not list its tools', false);
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown instanceof LinkError ? this.#opener.unavailable(thrown) : thrown;
    }
  }

  /** The upstream's raw result. Rejects with LinkError, with Fault when closing, or with the signal's reason. */
  async call(params: JsonObject, options: CallOptions): Promise<JsonObject> {
    for (let isFirst = true; ; isFirst = false) {
      const opened = await this.#ready(options.signal);
      try {
        const headers = options.headersFor(opened.link);
        const request = headers === undefined ? options : { ...options, headers };
        const result = await opened.link.request('tools/call', params, request);
        this.#opener.forgive();
        return result;
      } catch (thrown) {
        if (isLost(thrown)) opened.isStale = true;
        if (!isUnsent(thrown)) throw thrown;
        this.#drop(opened, reasonOf(thrown));
        if (!isFirst) throw thrown;
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.'));
    this.#changes.close();
    await this.#opening?.catch(() => {});
    if (this.#opened !== undefined) this.#drop(this.#opened, 'was closed');
    await this.#opener.settle();
  }

  async #ready(signal: AbortSignal): Promise<Opened> {
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    if (this.#opened !== undefined) return this.#opened;
    // One attempt for all who wait; it goes on when one of them gives up.
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return raceAbort(this.#opening, signal);
  }

  async #open(): Promise<Opened> {
    let latest: Opened | undefined;
    const prepare = async (link: Link, signal: AbortSignal) => {
      latest = { link, sinceMs: nowMs(), isStale: false };
      await this.#follow(latest);
      await this.#list(link, signal);
      if (!link.isOpen) throw lostError('ended while its tools were listed', false);
    };
    const link = await this.#opener.open(prepare, this.#closing.signal);
    const opened = latest?.link === link ? latest : { link, sinceMs: nowMs(), isStale: true };
    this.#opened = opened;
    this.#log.info({ era: link.era, tools: this.#snapshot?.server.tools.length }, 'upstream connected');
    // It may have ended while nobody looked; whoever uses it then connects again.
    if (!link.isOpen) this.#drop(opened, 'ended at once');
    return opened;
  }

  #follow(opened: Opened): Promise<void> {
    return opened.link.follow({
      toolsChanged: () => this.#changes.trigger(),
      troubled: () => {
        opened.isStale = true;
      },
      lost: (reason) => this.#drop(opened, reason),
    });
  }

  #drop(opened: Opened, reason: string): void {
    if (this.#opened !== opened) return;
    this.#opened = undefined;
    if (!this.#closing.signal.aborted) {
      this.#log.warn(`upstream ${reason}; it is connected again when it is next needed`);
    }
    this.#opener.lose(opened.link, reason, opened.sinceMs);
  }

  async #list(link: Link, signal: AbortSignal): Promise<void> {
    const timeoutMs = this.#options.limits.connectMs;
    const listed = await listTools((cursor) =>
      link
        .request('tools/list', cursor === undefined ? {} : { cursor }, { signal, timeoutMs })
        .catch((thrown) => Promise.reject(refusalOf(thrown))),
    );
    const { identifier } = this.#options;
    const { mirrorsParams } = link;
    const snapshot = serverSnapshot(listed, { config: this.config, identifier, mirrorsParams, log: this.#log });
    const before = this.#snapshot;
    if (before?.hash === snapshot.hash) return;
    this.#snapshot = snapshot;
    if (before !== undefined) this.#options.onToolsChanged();
  }

  /** Lists anew over the same link, and drops a link that is found dead. Rejects only when all is being closed. */
  #relist(opened: Opened): Promise<void> {
    this.#relisting ??= this.#relistOnce(opened).finally(() => {
      this.#relisting = undefined;
    });
    return this.#relisting;
  }

  async #relistOnce(opened: Opened): Promise<void> {
    // Trouble that comes while the list is under way is for the next time.
    opened.isStale = false;
    try {
      await this.#follow(opened);
      await this.#list(opened.link, this.#closing.signal);
    } catch (thrown) {
      opened.isStale = true;
      this.#closing.signal.throwIfAborted();
      if (isLost(thrown)) this.#drop(opened, reasonOf(thrown));
      else this.#log.warn({ err: thrown }, 'upstream did not list its tools again; the list from before is kept');
    }
  }

  async #relistQuietly(): Promise<void> {
    if (this.#opened !== undefined) await this.#relist(this.#opened).catch(() => {});
  }
}

/** The words of a server that does not list its tools, as the end of a sentence of ours. */
function refusalOf(thrown: unknown): unknown {
  if (!(thrown instanceof LinkError) || thrown.failure.kind !== 'rpc') return thrown;
  const message = `answered tools/list with an error: ${thrown.failure.message}`;
  return new LinkError({ ...thrown.failure, message }, thrown);
}
