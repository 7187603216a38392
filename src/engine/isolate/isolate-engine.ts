/**
 * The node engine: bundles run in V8 isolates inside pooled worker processes. Spread first, pack after: a run has a
 * worker to itself while one can be had soon; runs of one workspace that would have to wait longer share packed ones.
 * Runs of two workspaces never share a process, not even one after the other.
 */
import { availableParallelism } from 'node:os';
import { nowMs, raceAbort } from '../../base/deadline.ts';
import { Fault } from '../../base/fault.ts';
import type { Limits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import { Pool } from '../../pool/pool.ts';
import type { CallTool } from '../../run/call-tool.ts';
import type { Job } from '../../run/job.ts';
import { neverStarted, type Run, type RunEnding } from '../../run/run.ts';
import type { RunReport } from '../../run/run-report.ts';
import type { Engine, EngineHealth } from '../engine.ts';
import { type PackedPlace, PackedWorkers } from './packed-workers.ts';
import { Watchdog } from './watchdog.ts';
import { findWorkerFiles } from './worker-command.ts';
import type { WorkerProcess } from './worker-process.ts';
import { WorkerSpawner } from './worker-spawner.ts';

/** A run waits this long for a worker of its own before it shares one: short runs are over sooner than that. */
const PATIENCE_MS = 100;
/** A worker takes its next run on the other while it makes an isolate on the one. */
const WORKERS_AHEAD = 2;
const POOL_IDLE_MS = 5 * 60_000;
/** A worker takes 50 MB. */
const POOL_REST = { afterMs: 30_000, keep: 1 };
/** To start one takes 90 ms of a processor: of 2,000 runs that is a fiftieth each. It keeps 3 MB of a thousand, and the slack below has 64. */
const MAX_RUNS_PER_WORKER = 2_000;
const MAX_WORKER_AGE_MS = 10 * 60_000;
/** Resident memory beyond a worker's own at rest and what its runs may have. */
const RESIDENT_SLACK_MB = 64;
/** A heap may overshoot its cap by half before V8 ends it. */
const HEAP_OVERSHOOT = 1.5;
/** What a packed worker may have per run beside the heaps of two that work: an isolate that waits takes 1.6 MB. */
const PACKED_RUN_MB = 2;

export interface IsolateEngineOptions {
  /** Folder with the built runtime, with a separator at its end. */
  readonly runtimeDir: string;
  readonly limits: Limits;
  readonly log: Log;
  /** The PATH to look for helper programs on. */
  readonly path?: string | undefined;
}

interface Place {
  readonly worker: WorkerProcess;
  readonly isPacked: boolean;
  /** Gives the place back; `isSound` is false where the worker should not be used again. */
  leave(isSound: boolean): void;
}

/** Throws Fault ENGINE_UNAVAILABLE where isolated-vm has no binary for this Node. Starts nothing until asked to. */
export function createIsolateEngine(options: IsolateEngineOptions): Engine {
  return new IsolateEngine(options);
}

class IsolateEngine implements Engine {
  readonly name = 'node';
  readonly isolation = 'isolate';
  readonly #log: Log;
  readonly #spawner: WorkerSpawner;
  readonly #pool: Pool<WorkerProcess>;
  readonly #packed: PackedWorkers;
  readonly #watchdog = new Watchdog();
  #lastFailure: string | undefined;
  #isClosed = false;

  constructor({ runtimeDir, limits, log, path }: IsolateEngineOptions) {
    this.#log = log;
    const files = findWorkerFiles(runtimeDir, path);
    this.#spawner = new WorkerSpawner({ files, limits, log, onGone: (worker) => this.#forget(worker) });
    this.#packed = new PackedWorkers(() => this.#createPacked(limits));
    this.#pool = new Pool({
      create: () => this.#create(),
      destroy: (worker) => worker.kill(),
      max: Math.max(4, Math.min(8, 2 * availableParallelism())),
      ahead: WORKERS_AHEAD,
      idleMs: POOL_IDLE_MS,
      rest: POOL_REST,
      onCreateError: (error) => log.warn({ err: error }, 'a worker could not be made ahead of need'),
    });
  }

  warm(): void {
    this.#pool.warm();
  }

  async run(job: Job, callTool: CallTool, signal: AbortSignal): Promise<RunReport> {
    const askedMs = nowMs();
    try {
      const report = await this.#attempt(job, callTool, signal, askedMs);
      if (report !== undefined) return report;
      this.#log.warn({ runId: job.runId }, 'a sandbox was lost before its first tool call; the run is repeated');
      // What ended one worker may have ended those that wait too, without our having heard of it yet.
      this.#pool.discardIdle(job.workspace);
      const second = await this.#attempt(job, callTool, signal, askedMs);
      if (second !== undefined) return second;
    } catch (error) {
      if (signal.aborted) return neverStarted(signal, askedMs);
      // What was lost because everything was ended did not fail by itself.
      throw this.#isClosed ? new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.', error) : error;
    }
    throw new Fault('SANDBOX_LOST', 'The sandbox ended twice before its program did.');
  }

  health(): EngineHealth {
    const busy = this.#pool.busy + this.#packed.carried;
    const failure = this.#lastFailure;
    const detail = failure ?? 'isolated-vm in worker processes of their own, one isolate for each run';
    return { ok: failure === undefined, detail, ready: this.#pool.idle, busy };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pool.close();
    this.#packed.close();
    await this.#spawner.close();
  }

  /** The report, or undefined where the sandbox was lost before the run did anything that must not be done twice. */
  async #attempt(job: Job, callTool: CallTool, signal: AbortSignal, askedMs: number): Promise<RunReport | undefined> {
    const place = await this.#place(job.workspace, signal);
    const { worker, isPacked } = place;
    const run = worker.carry({ job, packed: isPacked, callTool, signal, log: this.#log, askedMs });
    const unwatch = isPacked ? undefined : this.#watch(worker, run, job.limits);
    let ending: RunEnding | undefined;
    try {
      ending = await run.ending;
      return ending.report;
    } catch (error) {
      if (run.isRepeatable && error instanceof Fault && error.code === 'SANDBOX_LOST') return undefined;
      throw error;
    } finally {
      unwatch?.();
      const isQuiet = ending?.isQuiet === true;
      worker.leave(run, isQuiet);
      place.leave(isQuiet && ending?.report.end.kind !== 'limit-exceeded');
    }
  }

  async #place(workspace: string, signal: AbortSignal): Promise<Place> {
    const now = this.#pool.tryAcquire(workspace);
    if (now !== undefined) return this.#exclusive(await this.#claim(now, signal));
    // Who had to share before, because others hold every worker, does not wait again to hear the same.
    const idle = this.#packed.placeIdle(workspace);
    if (idle !== undefined) return this.#share(idle, signal);
    const own = await this.#acquireSoon(workspace, signal);
    if (own !== undefined) return this.#exclusive(own);
    const shared = this.#packed.place(workspace);
    if (shared !== undefined) return this.#share(shared, signal);
    return this.#exclusive(await this.#pool.acquire(workspace, signal));
  }

  async #share(shared: PackedPlace, signal: AbortSignal): Promise<Place> {
    try {
      return { worker: await raceAbort(shared.worker, signal), isPacked: true, leave: shared.leave };
    } catch (error) {
      shared.leave(true);
      throw error;
    }
  }

  /** A worker of its own where one can be had without much waiting. */
  async #acquireSoon(workspace: string, signal: AbortSignal): Promise<WorkerProcess | undefined> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      return await this.#pool.acquire(workspace, AbortSignal.any([signal, patience]));
    } catch (error) {
      if (patience.aborted && !signal.aborted) return undefined;
      throw error;
    }
  }

  /** A worker that is about to be there; it goes back where whoever waits for it leaves before it comes. */
  async #claim(coming: Promise<WorkerProcess>, signal: AbortSignal): Promise<WorkerProcess> {
    try {
      return await raceAbort(coming, signal);
    } catch (error) {
      coming.then(
        (worker) => this.#pool.giveBack(worker),
        () => {},
      );
      throw error;
    }
  }

  #exclusive(worker: WorkerProcess): Place {
    const leave = (isSound: boolean) => {
      if (isSound && !isSpent(worker)) this.#pool.release(worker, worker.becomesReady());
      else this.#pool.retire(worker);
    };
    return { worker, isPacked: false, leave };
  }

  async #create(): Promise<WorkerProcess> {
    try {
      const worker = await this.#spawner.spawnExclusive();
      this.#lastFailure = undefined;
      return worker;
    } catch (error) {
      this.#lastFailure = error instanceof Fault ? error.message : 'The node engine could not start a worker process.';
      throw error;
    }
  }

  #forget(worker: WorkerProcess): void {
    this.#pool.retire(worker);
    this.#packed.forget(worker);
  }

  /** Ends the run where its worker, which is its alone, takes more than the run may have. */
  #watch(worker: WorkerProcess, run: Run, { heapMb, cpuMs }: Limits): () => void {
    const residentMb = worker.restMb + RESIDENT_SLACK_MB + heapMb * HEAP_OVERSHOOT;
    return this.#watchdog.watch(
      worker.pid ?? 0,
      () => ({ residentMb, cpuMs }),
      (limit) => run.exceed(limit),
    );
  }

  /**
   * Among several runs nobody can tell who took the memory: they are lost together, and repeated each on its own where
   * they can be. Processor time is held within the worker, isolate by isolate.
   */
  async #createPacked({ heapMb }: Limits): Promise<WorkerProcess> {
    const worker = await this.#spawner.spawnPacked();
    const baseMb = worker.restMb + RESIDENT_SLACK_MB + 2 * heapMb * HEAP_OVERSHOOT;
    const caps = () => ({ residentMb: baseMb + worker.mostCarried * PACKED_RUN_MB, cpuMs: Number.POSITIVE_INFINITY });
    const unwatch = this.#watchdog.watch(worker.pid ?? 0, caps, () => worker.kill());
    void worker.gone.then(unwatch);
    return worker;
  }
}

function isSpent(worker: WorkerProcess): boolean {
  const isUnbounded = process.platform === 'linux' && !worker.isBounded;
  return isUnbounded || worker.made >= MAX_RUNS_PER_WORKER || nowMs() - worker.startedMs > MAX_WORKER_AGE_MS;
}
