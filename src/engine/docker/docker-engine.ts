/**
 * The docker engine: each run has a container of its own, made ahead of need and thrown away afterwards. The daemon may
 * be on this machine or another. Called through the seam of engine.ts; engines.ts asks how it stands.
 */

import type { DockerSettings } from '../../base/config.ts';
import { nowMs, raceAbort } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import { LIMIT_TABLE, type Limits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import type { CallTool } from '../../run/call-tool.ts';
import type { Job } from '../../run/job.ts';
import { neverStarted } from '../../run/run.ts';
import type { RunReport } from '../../run/run-report.ts';
import type { Engine, EngineHealth } from '../engine.ts';
import type { DockerStanding } from '../select-engine.ts';
import type { SandboxContainer } from './container/sandbox-container.ts';
import { allowedImage, ContainerMaker } from './container-maker.ts';
import { ContainerPools } from './container-pools.ts';
import { watchCpu } from './cpu-watch.ts';
import { missingImage, unavailable } from './daemon/daemon-error.ts';
import { type Daemon, type DaemonState, DaemonWatch } from './daemon/daemon-watch.ts';
import type { DockerEnvironment } from './daemon/docker-address.ts';
import { createOwner, type Owner } from './ownership/owner.ts';
import { reap } from './ownership/reaper.ts';
import { DockerSandboxes, type Sandboxes } from './session/sandboxes.ts';

const REAP_EVERY_MS = 60_000;
/** A container that has waited for this long makes way for a new one. */
const MAX_WAIT_MS = 10 * 60_000;
/** The longest that one is ever kept: it waits, is given a run at the last moment, and is noticed a minute late. */
const LASTS_MS = MAX_WAIT_MS + REAP_EVERY_MS + LIMIT_TABLE.wallMs.max + 60_000;

export interface DockerEngineOptions {
  /** Folder with the built runtime, with a separator at its end. */
  readonly runtimeDir: string;
  readonly settings: DockerSettings;
  readonly limits: Limits;
  readonly log: Log;
  readonly environment: DockerEnvironment;
  /** Only for tests: what the labels of containers name instead of a random one. */
  readonly instanceId?: string;
}

export interface DockerEngine extends Engine {
  readonly instanceId: string;
  /** Begins to watch the daemon; returns at once. Nothing of Docker is touched before. */
  start(): void;
  /** Resolves when it is known whether the daemon is there. */
  readonly known: Promise<void>;
  /** The long-lived ones. */
  readonly sandboxes: Sandboxes;
  /** Throws Fault ENGINE_UNAVAILABLE where runs may not name the image. */
  refuseImage(image: string): void;
  /** How it stands for the choice between engines, with the image or the default one. */
  standing(image?: string): DockerStanding;
}

/** Starts nothing and connects to nothing until asked to. */
export function createDockerEngine(options: DockerEngineOptions): DockerEngine {
  return new ContainerEngine(options);
}

class ContainerEngine implements DockerEngine {
  readonly name = 'docker';
  readonly isolation: DockerEngine['isolation'];
  readonly #options: DockerEngineOptions;
  readonly #owner: Owner;
  readonly #maker: ContainerMaker;
  readonly #watch: DaemonWatch;
  readonly sandboxes: DockerSandboxes;
  #pools: ContainerPools | undefined;
  #reaping: NodeJS.Timeout | undefined;
  #lastFailure: string | undefined;
  #isClosed = false;

  constructor(options: DockerEngineOptions) {
    this.#options = options;
    const { runtimeDir, settings, limits, log, environment, instanceId } = options;
    this.isolation = settings.runtime?.includes('runsc') === true ? 'container+gvisor' : 'container';
    this.#owner = createOwner(instanceId);
    const onGone = (container: SandboxContainer) => this.#retire(container);
    const owner = this.#owner;
    this.#maker = new ContainerMaker({ runtimeDir, settings, limits, owner, lastsMs: LASTS_MS, log, onGone });
    const daemon = (signal: AbortSignal) => this.#daemonWhenKnown(signal);
    const { isolation } = this;
    const shared = { runtimeDir, settings, limits, isolation, owner, maker: this.#maker, log };
    this.sandboxes = new DockerSandboxes({ ...shared, daemon });
    const { images } = settings;
    this.#watch = new DaemonWatch({ environment, images, log, onChange: (state) => this.#onDaemon(state) });
  }

  get instanceId(): string {
    return this.#owner.instance;
  }

  get known(): Promise<void> {
    return this.#watch.known;
  }

  start(): void {
    this.#watch.start();
  }

  standing(image?: string): DockerStanding {
    const { state } = this.#watch;
    const { settings } = this.#options;
    if (state.kind === 'unknown') return 'unknown';
    if (state.kind === 'down') return 'absent';
    if (!state.daemon.images.has(image ?? settings.images[0] ?? '')) return 'image-missing';
    return this.#lastFailure === undefined ? 'ready' : 'failing';
  }

  refuseImage(image: string): void {
    allowedImage(image, this.#options.settings);
  }

  warm(): void {
    this.start();
    this.#pools?.warm();
  }

  async run(job: Job, callTool: CallTool, signal: AbortSignal): Promise<RunReport> {
    const askedMs = nowMs();
    try {
      const report = await this.#attempt(job, callTool, signal, askedMs);
      if (report !== undefined) return report;
      this.#options.log.warn(
        { runId: job.runId },
        'a container was lost before its first tool call; the run is repeated',
      );
      const second = await this.#attempt(job, callTool, signal, askedMs);
      if (second !== undefined) return second;
    } catch (error) {
      if (!signal.aborted) throw error;
      return neverStarted(signal, askedMs);
    }
    throw new Fault('SANDBOX_LOST', 'The sandbox ended twice before its program did.');
  }

  health(): EngineHealth {
    const counts = { ready: this.#pools?.ready ?? 0, busy: this.#pools?.busy ?? 0 };
    return { ok: this.standing() === 'ready', detail: this.#detail(), ...counts };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#reaping);
    this.#pools?.close();
    await Promise.all([this.#maker.close(), this.sandboxes.close()]);
    this.#watch.close();
  }

  #detail(): string {
    const { state } = this.#watch;
    const [image = ''] = this.#options.settings.images;
    if (state.kind === 'unknown') return 'Whether a Docker daemon is there is not known yet.';
    if (state.kind === 'down') return state.reason;
    if (this.#lastFailure !== undefined) return this.#lastFailure;
    if (!state.daemon.images.has(image)) return missingImage(image).message;
    return `Docker ${state.daemon.version} with ${image}, one container for each run`;
  }

  /** The report, or undefined where the container was lost before the run did anything that must not be done twice. */
  async #attempt(job: Job, callTool: CallTool, signal: AbortSignal, askedMs: number): Promise<RunReport | undefined> {
    const image = allowedImage(job.image, this.#options.settings);
    const pools = await this.#poolsOfDaemon(signal);
    const container = await pools.acquire(image, job.limits.heapMb, job.workspace, signal);
    const run = container.carry({ job, callTool, signal, log: this.#options.log, askedMs });
    const unwatch = watchCpu(container, job.limits.cpuMs, () => run.exceed('cpuMs'));
    try {
      return (await run.ending).report;
    } catch (error) {
      if (run.isRepeatable && error instanceof Fault && error.code === 'SANDBOX_LOST' && this.standing() === 'ready')
        return undefined;
      throw error;
    } finally {
      unwatch();
      this.#retire(container);
    }
  }

  async #poolsOfDaemon(signal: AbortSignal): Promise<ContainerPools> {
    await this.#daemonWhenKnown(signal);
    if (this.#pools === undefined) throw unavailable(this.#detail());
    return this.#pools;
  }

  async #daemonWhenKnown(signal: AbortSignal): Promise<Daemon> {
    if (this.#isClosed) throw new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.');
    this.start();
    await raceAbort(this.#watch.known, signal);
    if (this.#watch.state.kind !== 'up') throw unavailable(this.#detail());
    return this.#watch.state.daemon;
  }

  #onDaemon(state: DaemonState): void {
    if (this.#isClosed) return;
    clearInterval(this.#reaping);
    this.#lastFailure = undefined;
    if (state.kind !== 'up') return;
    this.#pools ??= this.#createPools(state.daemon);
    const [image = ''] = this.#options.settings.images;
    if (state.daemon.images.has(image)) this.#pools.warm();
    void this.#tidy();
    this.#reaping = setInterval(() => void this.#tidy(), REAP_EVERY_MS).unref();
  }

  /** Removes what others left, renews what has waited too long, and tries again where making containers failed. */
  async #tidy(): Promise<void> {
    for (const container of [...this.#maker.live.values()]) {
      if (!container.isUsed && nowMs() - container.startedMs > MAX_WAIT_MS) this.#retire(container);
    }
    if (this.#lastFailure !== undefined) this.#pools?.warm();
    const { state } = this.#watch;
    if (state.kind !== 'up') return;
    const { log } = this.#options;
    try {
      const live = () => new Set([...this.#maker.live.keys(), ...this.sandboxes.containerIds]);
      await reap(state.daemon.docker, this.#owner, live, log);
    } catch (error) {
      log.debug({ err: error }, 'containers of other instances could not be looked at');
    }
  }

  #createPools({ memoryMb }: Daemon): ContainerPools {
    const { settings, limits, log } = this.#options;
    return new ContainerPools({
      defaultImage: settings.images[0] ?? '',
      defaultHeapMb: limits.heapMb,
      memoryMb,
      make: (image, heapMb) => this.#make(image, heapMb),
      remove: (container) => this.#maker.remove(container),
      onCreateError: (error) => log.warn({ err: error }, 'a container could not be made ahead of need'),
    });
  }

  async #make(image: string, heapMb: number): Promise<SandboxContainer> {
    const { state } = this.#watch;
    if (state.kind !== 'up') throw unavailable(this.#detail());
    try {
      const container = await this.#maker.make(state.daemon, image, heapMb);
      if (image === this.#options.settings.images[0]) this.#lastFailure = undefined;
      return container;
    } catch (error) {
      // What fails for the default image would fail for the next run as well.
      if (image === this.#options.settings.images[0] && error instanceof Fault) this.#lastFailure = error.message;
      throw error;
    }
  }

  #retire(container: SandboxContainer): void {
    this.#pools?.retire(container);
  }
}
