/**
 * Listens for the database's word that something changed, over a connection of its own, and connects again for as long
 * as it is not closed. Made by postgres-store.ts. Only wakes: what changed is read from the tables, so a word that is lost
 * costs a moment and nothing else.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Log } from '../../base/log.ts';
import { backoffMs } from './backoff.ts';
import { CHANNEL } from './migrate.ts';

const MAX_BACKOFF_MS = 2_000;

export interface ChangeListenerOptions {
  makeClient(): Promise<Client>;
  readonly wake: () => void;
  readonly log: Log;
}

export class ChangeListener {
  readonly #options: ChangeListenerOptions;
  readonly #closed = new AbortController();
  #client: Client | undefined;
  #isListening = false;

  constructor(options: ChangeListenerOptions) {
    this.#options = options;
    void this.#keepListening();
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  close(): void {
    this.#closed.abort();
    // Not asked to end but ended: a database that hangs would not answer.
    this.#client?.connection.stream.destroy();
  }

  async #keepListening(): Promise<void> {
    let failures = 0;
    while (!this.#closed.signal.aborted) {
      try {
        await this.#listen(() => {
          failures = 0;
        });
      } catch (thrown) {
        if (failures === 0) this.#options.log.debug({ err: thrown }, 'nobody tells of changes in the registry');
      }
      this.#isListening = false;
      failures += 1;
      // Changes may have been made since the last word.
      this.#options.wake();
      await delay(backoffMs(failures, MAX_BACKOFF_MS), undefined, { signal: this.#closed.signal, ref: false }).catch(
        () => {},
      );
    }
  }

  /** Until the connection is lost. */
  async #listen(onListening: () => void): Promise<void> {
    const client = await this.#options.makeClient();
    const lost = Promise.withResolvers<void>();
    client.on('error', lost.reject);
    client.on('end', () => lost.resolve());
    client.on('notification', () => this.#options.wake());
    this.#client = client;
    // Nobody waits for it while the connection is being made.
    lost.promise.catch(() => {});
    try {
      await client.connect();
      if (this.#closed.signal.aborted) return;
      await client.query(`LISTEN ${CHANNEL}`);
      this.#isListening = true;
      onListening();
      this.#options.wake();
      await lost.promise;
    } finally {
      client.connection.stream.destroy();
    }
  }
}
