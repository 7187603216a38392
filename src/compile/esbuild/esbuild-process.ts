/**
 * esbuild's service process: bounded in time and memory, and replaced where a program killed it. Called by bundle.ts.
 * All builds share one process, so one program's kill hits whatever builds at that moment; those are then repeated, each
 * with the service to itself, so that no program is blamed for another's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { type BuildOptions, type BuildResult, build, type Message, stop, transform } from 'esbuild';
import PQueue from 'p-queue';
import { Fault } from '../../base/fault.ts';
import type { Limits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import { ensureDescriptors } from '../../pool/ensure-descriptors.ts';
import { watchMemory } from '../watch-memory.ts';

export type BuildEnd =
  | { readonly kind: 'built'; readonly result: BuildResult }
  | { readonly kind: 'failed'; readonly errors: readonly Message[] }
  | { readonly kind: 'exceeded'; readonly limit: 'bundleMs' | 'typecheckMb' }
  /** The service died of this program, twice. */
  | { readonly kind: 'killed' };

/** `isStartFailure`: there was no process that a program could have killed. */
type Attempt = BuildEnd | { readonly kind: 'lost'; readonly isStartFailure: boolean };

/** One life of the service process. */
interface Service {
  readonly pid: number | undefined;
  /** Rejects when it is replaced: esbuild itself never settles the builds of a service that was stopped. */
  readonly ended: PromiseWithResolvers<never>;
  builds: number;
  /** It grew so large that a later program might be blamed for it. */
  isSpent: boolean;
}

const PARALLEL_BUILDS = 4;

export class EsbuildService {
  readonly #limits: Limits;
  readonly #log: Log;
  readonly #shared = new PQueue({ concurrency: PARALLEL_BUILDS });
  readonly #alone = new PQueue({ concurrency: 1 });
  #service: Service | undefined;
  #isClosed = false;

  constructor(limits: Limits, log: Log) {
    this.#limits = limits;
    this.#log = log;
  }

  warm(): void {
    try {
      if (!this.#isClosed) this.#start();
    } catch {
      // The next build tries again and says why.
    }
  }

  async build(options: BuildOptions): Promise<BuildEnd> {
    const first = await this.#shared.add(() => this.#attempt(options));
    if (first.kind !== 'lost') return first;
    const second = await this.#alone.add(() => this.#attemptAlone(options));
    if (second.kind !== 'lost') return second;
    if (!second.isStartFailure) return { kind: 'killed' };
    throw new Fault('COMPILER_LOST', 'The bundler could not be started; try again, or see `codeloom doctor`.');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#replace(this.#service);
    await Promise.all([this.#shared.onIdle(), this.#alone.onIdle()]);
  }

  async #attemptAlone(options: BuildOptions): Promise<Attempt> {
    this.#shared.pause();
    await this.#shared.onPendingZero();
    try {
      return await this.#attempt(options);
    } finally {
      if (this.#alone.size === 0) this.#shared.start();
    }
  }

  async #attempt(options: BuildOptions): Promise<Attempt> {
    if (this.#isClosed) throw new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.');
    const service = this.#start();
    service.builds += 1;
    let exceeded: 'bundleMs' | 'typecheckMb' | undefined;
    const deadline = setTimeout(() => {
      exceeded = 'bundleMs';
      this.#replace(service);
    }, this.#limits.bundleMs);
    const memory = watchMemory(service.pid, this.#limits.typecheckMb, () => {
      // With others at work it cannot be told whose memory it is.
      if (service.builds === 1) exceeded = 'typecheckMb';
      this.#replace(service);
    });
    try {
      return { kind: 'built', result: await Promise.race([build(options), service.ended.promise]) };
    } catch (thrown) {
      if (exceeded !== undefined) return { kind: 'exceeded', limit: exceeded };
      const errors = messagesOf(thrown);
      if (errors !== undefined) return { kind: 'failed', errors };
      this.#replace(service, thrown);
      return { kind: 'lost', isStartFailure: /\bspawn\b/.test(String(thrown)) };
    } finally {
      clearTimeout(deadline);
      memory.stop();
      service.builds -= 1;
      service.isSpent ||= memory.peakMb() > this.#limits.typecheckMb / 2;
      if (service.isSpent && service.builds === 0) this.#replace(service);
    }
  }

  #start(): Service {
    if (this.#service !== undefined) return this.#service;
    const ended = Promise.withResolvers<never>();
    ended.promise.catch(() => {});
    ensureDescriptors();
    this.#service = { pid: startProcess(), ended, builds: 0, isSpent: false };
    return this.#service;
  }

  /** Kills the process and has the next build start another. Only the current one: a late failure speaks of an old one. */
  #replace(service: Service | undefined, reason?: unknown): void {
    if (service === undefined || this.#service !== service) return;
    if (reason !== undefined && !this.#isClosed) this.#log.warn({ err: reason }, 'the bundler was lost');
    this.#service = undefined;
    // esbuild itself sends SIGTERM, which a process that is short of memory may take a while to see.
    if (service.pid !== undefined) killProcess(service.pid);
    void stop();
    service.ended.reject(new Error('The service was replaced.'));
  }
}

/** esbuild's errors about the program; undefined where it is an error of its service. */
function messagesOf(thrown: unknown): readonly Message[] | undefined {
  const errors = thrown instanceof Error && 'errors' in thrown ? thrown.errors : undefined;
  return Array.isArray(errors) && errors.length > 0 ? (errors as readonly Message[]) : undefined;
}

/**
 * Starts esbuild's service and finds its process, which esbuild keeps to itself: on Linux it is the child that was not
 * there before. Undefined elsewhere; then only the deadline bounds it.
 */
function startProcess(): number | undefined {
  const before = new Set(children());
  transform('').catch(() => {});
  return children().find((pid) => !before.has(pid) && commandOf(pid).includes('--service='));
}

function children(): readonly number[] {
  try {
    const lists = readdirSync('/proc/self/task').map((task) =>
      readFileSync(`/proc/self/task/${task}/children`, 'latin1'),
    );
    return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
