/**
 * Keeps an eye on the daemon in the background, so that no run has to ask whether it is there: its event stream breaks
 * within milliseconds of its death, and a slow ping notices one that hangs. Made by the docker engine; connects when it
 * is started, and again whenever it was cut off.
 */
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { withDeadline } from '../../../base/deadline.ts';
import type { Log } from '../../../base/log.ts';
import { type Connection, connect } from './connect.ts';
import { unreachable } from './daemon-error.ts';
import type { DockerEnvironment } from './docker-address.ts';

const ANSWER_DEADLINE_MS = 5_000;
const PING_EVERY_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;
const MIB = 1024 * 1024;

interface Versions {
  readonly ApiVersion: string;
}

export interface Daemon {
  readonly docker: Docker;
  readonly version: string;
  readonly memoryMb: number;
  /** Of the images that were asked about, those that the daemon has. */
  readonly images: ReadonlySet<string>;
}

export type DaemonState =
  /** Nobody has asked yet, or the answer is under way. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'up'; readonly daemon: Daemon }
  /** One sentence for an operator. */
  | { readonly kind: 'down'; readonly reason: string };

export interface DaemonWatchOptions {
  readonly environment: DockerEnvironment;
  /** The images whose presence is kept an eye on. */
  readonly images: readonly string[];
  readonly log: Log;
  /** Called when the daemon has come, gone, or has other images than before. */
  onChange(state: DaemonState): void;
}

export class DaemonWatch {
  readonly #options: DaemonWatchOptions;
  readonly #closed = new AbortController();
  #state: DaemonState = { kind: 'unknown' };
  #known = Promise.withResolvers<void>();
  #isStarted = false;

  constructor(options: DaemonWatchOptions) {
    this.#options = options;
  }

  get state(): DaemonState {
    return this.#state;
  }

  /** Resolves when the daemon has answered, or not, for the first time. */
  get known(): Promise<void> {
    return this.#known.promise;
  }

  start(): void {
    if (this.#isStarted || this.#closed.signal.aborted) return;
    this.#isStarted = true;
    void this.#keepWatching();
  }

  close(): void {
    this.#closed.abort();
    this.#known.resolve();
  }

  async #keepWatching(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#closed.signal.aborted) {
      let from = 'the configured address';
      try {
        const connection = await connect(this.#options.environment);
        from = connection.address.from;
        await this.#watch(connection, () => {
          retryMs = FIRST_RETRY_MS;
        });
        this.#change({ kind: 'down', reason: unreachable(undefined, from) });
      } catch (error) {
        this.#options.log.debug({ err: error }, 'the Docker daemon does not answer');
        this.#change({ kind: 'down', reason: unreachable(error, from) });
      }
      await this.#pause(retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    }
  }

  /** Resolves when the daemon is gone. Rejects where it was not there. */
  async #watch({ docker }: Connection, onUp: () => void): Promise<void> {
    const { signal } = this.#closed;
    const answer = <Value>(work: () => Promise<Value>) => withDeadline(ANSWER_DEADLINE_MS, signal, tooSlow, work);
    const [{ MemTotal, ServerVersion }, { ApiVersion }]: [{ MemTotal: number; ServerVersion: string }, Versions] =
      await answer(() => Promise.all([docker.info(), docker.version()]));
    // A daemon takes a request without a version for one of long ago, and gives counts of a container only after a second.
    if (/^\d+\.\d+$/.test(ApiVersion)) Object.assign(docker.modem, { version: `v${ApiVersion}` });
    const opening = docker.getEvents({ filters: { type: ['image'] } }) as Promise<Readable>;
    // One that comes too late would keep the process alive.
    opening.then(
      (late) => signal.aborted && late.destroy(),
      () => {},
    );
    const events = await answer(() => opening);
    const report = async () => {
      const images = new Set<string>();
      for (const image of this.#options.images) if (await answer(() => hasImage(docker, image))) images.add(image);
      const daemon = { docker, version: ServerVersion, memoryMb: Math.floor(MemTotal / MIB), images };
      this.#change({ kind: 'up', daemon });
    };
    const gone = this.#untilGone(docker, events, report);
    try {
      await report();
      onUp();
      await gone;
    } finally {
      events.destroy();
    }
  }

  async #untilGone(docker: Docker, events: Readable, report: () => Promise<void>): Promise<void> {
    const gone = Promise.withResolvers<void>();
    const end = () => gone.resolve();
    for (const name of ['error', 'end', 'close', 'aborted']) events.on(name, end);
    // Running runs end with their daemon, so one late answer of a busy machine is not yet its end: it is asked once more.
    events.on('data', () => void report().catch(report).catch(end));
    this.#closed.signal.addEventListener('abort', end, { once: true });
    const answers = () => withDeadline(ANSWER_DEADLINE_MS, this.#closed.signal, tooSlow, () => docker.ping());
    const ping = setInterval(() => void answers().catch(answers).catch(end), PING_EVERY_MS).unref();
    await gone.promise;
    clearInterval(ping);
    this.#closed.signal.removeEventListener('abort', end);
  }

  #change(state: DaemonState): void {
    if (this.#closed.signal.aborted) return;
    const { log, onChange } = this.#options;
    if (state.kind !== this.#state.kind) {
      if (state.kind === 'up') log.info({ version: state.daemon.version }, 'the Docker daemon answers');
      else if (state.kind === 'down') log.info({ reason: state.reason }, 'the Docker daemon does not answer');
    }
    this.#state = state;
    onChange(state);
    this.#known.resolve();
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms).unref();
    this.#closed.signal.addEventListener('abort', () => resolve(), { once: true });
    if (this.#closed.signal.aborted) resolve();
    await promise;
    clearTimeout(timer);
  }
}

async function hasImage(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false;
    throw error;
  }
}

function tooSlow(): Error {
  return new Error('The Docker daemon took too long to answer.');
}
