/**
 * The public keys of the issuer, fetched when they are needed, kept, and fetched anew as they age or when a token names
 * one that is not there. While the issuer is away, the keys that are there go on for a day. Never throws but
 * KeysUnavailable and what jose says of a key.
 */
import type { createRemoteJWKSet, JWTVerifyGetKey } from 'jose';
import type { AccessSettings } from '../../../base/config.ts';
import { nowMs } from '../../../base/deadline.ts';
import type { Log } from '../../../base/log.ts';
import { discoverKeysUrl, fetchDocument } from './issuer-documents.ts';

/** Nobody can say at present whether a token is good. */
export class KeysUnavailable extends Error {
  constructor() {
    super('the keys of the token issuer cannot be had at present, so no token can be checked; try again later.');
    this.name = 'KeysUnavailable';
  }
}

export interface KeyTimes {
  /** Of one fetch. */
  readonly fetchMs: number;
  /** Keys of this age are fetched anew before they are used again. */
  readonly refreshMs: number;
  /** Keys of this age are used no more, though nothing newer can be had. */
  readonly staleMs: number;
  /** A key that is not there is looked for at most so often. */
  readonly cooldownMs: number;
  /** After a failure nothing is fetched for so long. */
  readonly retryMs: number;
}

const TIMES: KeyTimes = {
  fetchMs: 5_000,
  refreshMs: 10 * 60_000,
  staleMs: 24 * 60 * 60_000,
  cooldownMs: 30_000,
  retryMs: 5_000,
};

export interface IssuerKeys {
  readonly find: JWTVerifyGetKey;
  /** Looking has them fetched where they are missing. */
  state(): 'ready' | 'missing';
  /** Gives up what is being fetched: an issuer that hangs must not keep a server that ends. */
  close(): void;
}

export async function createIssuerKeys(
  access: Pick<AccessSettings, 'issuer' | 'jwksUrl'>,
  log: Log,
  times: KeyTimes = TIMES,
): Promise<IssuerKeys> {
  const jose = await import('jose');
  const keys = new RemoteKeys(access, log, times, (url, options) =>
    jose.createRemoteJWKSet(url, {
      ...options,
      [jose.customFetch]: (address, { signal }) => keys.fetch(address, signal),
    }),
  );
  return {
    find: async (header, token) => {
      try {
        return await keys.find(header, token);
      } catch (thrown) {
        // What jose says of the token, or of the key that was found for it; all else is about the fetch.
        if (thrown instanceof jose.errors.JWKSNoMatchingKey) throw thrown;
        if (thrown instanceof jose.errors.JWKSMultipleMatchingKeys) throw thrown;
        if (thrown instanceof jose.errors.JOSENotSupported) throw thrown;
        throw new KeysUnavailable();
      }
    },
    state: () => keys.state(),
    close: () => keys.close(),
  };
}

type RemoteSet = ReturnType<typeof createRemoteJWKSet>;
type MakeSet = (
  url: URL,
  options: { readonly timeoutDuration: number; readonly cooldownDuration: number; readonly cacheMaxAge: number },
) => RemoteSet;

class RemoteKeys {
  readonly #access: Pick<AccessSettings, 'issuer' | 'jwksUrl'>;
  readonly #log: Log;
  readonly #times: KeyTimes;
  readonly #makeSet: MakeSet;
  /** What is used: it has keys. */
  #current: { readonly url: string; readonly set: RemoteSet } | undefined;
  #loadedAtMs = Number.NEGATIVE_INFINITY;
  #failedAtMs = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(access: Pick<AccessSettings, 'issuer' | 'jwksUrl'>, log: Log, times: KeyTimes, makeSet: MakeSet) {
    this.#access = access;
    this.#log = log;
    this.#times = times;
    this.#makeSet = makeSet;
  }

  async find(...[header, token]: Parameters<JWTVerifyGetKey>): ReturnType<RemoteSet> {
    if (nowMs() - this.#loadedAtMs >= this.#times.refreshMs) await this.#load();
    if (this.#current === undefined || !this.#isUsable) throw new KeysUnavailable();
    return this.#current.set(header, token);
  }

  state(): 'ready' | 'missing' {
    if (this.#isUsable) return 'ready';
    void this.#load();
    return 'missing';
  }

  /** For jose, which would ask again at once for every token with a key that is not there. */
  async fetch(url: string, signal: AbortSignal): Promise<Response> {
    if (this.#isResting) throw new KeysUnavailable();
    try {
      return Response.json(await fetchDocument(url, AbortSignal.any([signal, this.#closing.signal])));
    } catch (thrown) {
      this.#failedAtMs = nowMs();
      throw thrown;
    }
  }

  close(): void {
    this.#closing.abort();
  }

  get #isUsable(): boolean {
    return nowMs() - this.#loadedAtMs < this.#times.staleMs;
  }

  get #isResting(): boolean {
    return nowMs() - this.#failedAtMs < this.#times.retryMs;
  }

  /** One at a time; a failure is logged, and seen by what is there afterwards. */
  async #load(): Promise<void> {
    if (this.#isResting) return;
    this.#loading ??= this.#loadNow()
      .catch((thrown: unknown) => {
        this.#failedAtMs = nowMs();
        if (this.#closing.signal.aborted) return;
        const reason = thrown instanceof Error ? thrown.message : 'unknown';
        this.#log.warn({ reason, hasKeys: this.#isUsable }, 'the keys of the token issuer could not be fetched');
      })
      .finally(() => {
        this.#loading = undefined;
      });
    await this.#loading;
  }

  async #loadNow(): Promise<void> {
    const { issuer = '', jwksUrl } = this.#access;
    const { fetchMs, cooldownMs } = this.#times;
    const soon = AbortSignal.any([AbortSignal.timeout(fetchMs), this.#closing.signal]);
    const url = jwksUrl ?? (await discoverKeysUrl(issuer, soon));
    const set =
      this.#current?.url === url
        ? this.#current.set
        : this.#makeSet(new URL(url), {
            timeoutDuration: fetchMs,
            cooldownDuration: cooldownMs,
            // Their age is judged here, where keys that have aged go on while there are no newer ones.
            cacheMaxAge: Number.POSITIVE_INFINITY,
          });
    await set.reload();
    this.#current = { url, set };
    this.#loadedAtMs = nowMs();
  }
}
