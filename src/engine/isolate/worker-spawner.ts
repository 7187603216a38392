/**
 * Starts workers, and finds out how large one is so that the operating system can bound the next: every isolate
 * reserves address space that counts as data (1.1 GB here with Node 24, less elsewhere), so the bound of RLIMIT_DATA is
 * what the first worker was seen to have plus a budget. The first is bounded by prlimit when it has been measured, all
 * others by the shell that starts them. Called by the node engine.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Limits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import { ensureDescriptors } from '../../pool/ensure-descriptors.ts';
import { processDataMb } from '../../pool/process-usage.ts';
import { type WorkerFiles, workerCommand } from './worker-command.ts';
import { WorkerProcess } from './worker-process.ts';

/** Beyond twice the heap: Node's own heap, thread stacks, buffers of frames. Measured: a worker at work takes 60 MB of it. */
const DATA_SLACK_MB = 272;
/** What a frame holds beside its largest payload. */
const FRAME_SLACK_BYTES = 256 * 1024;
const BYTES_PER_MB = 1024 * 1024;

export interface SpawnerOptions {
  readonly files: WorkerFiles;
  readonly limits: Limits;
  readonly log: Log;
  onGone(worker: WorkerProcess): void;
}

export class WorkerSpawner {
  readonly #options: SpawnerOptions;
  readonly #live = new Set<WorkerProcess>();
  #dataLimitMb: Promise<number | undefined> | undefined;

  constructor(options: SpawnerOptions) {
    this.#options = options;
  }

  /**
   * A worker for one run at a time, with its memory bounded by the system. Where there is no prlimit the very first is
   * not, as its `isBounded` says.
   */
  async spawnExclusive(): Promise<WorkerProcess> {
    if (this.#dataLimitMb !== undefined) return this.#spawn(await this.#dataLimitMb);
    const first = this.#spawn(undefined);
    this.#dataLimitMb = first.then((worker) => this.#measure(worker));
    this.#dataLimitMb.catch(() => {
      this.#dataLimitMb = undefined;
    });
    const limitMb = await this.#dataLimitMb;
    const worker = await first;
    if (limitMb !== undefined) worker.isBounded = await this.#bound(worker, limitMb);
    return worker;
  }

  /** A worker for many runs: no bound of the system fits it, so the watchdog alone holds its memory. */
  spawnPacked(): Promise<WorkerProcess> {
    return this.#spawn(undefined);
  }

  /** Kills every worker; resolves when all processes are gone. */
  async close(): Promise<void> {
    for (const worker of this.#live) worker.kill();
    await Promise.all([...this.#live].map((worker) => worker.gone));
  }

  async #spawn(dataLimitMb: number | undefined): Promise<WorkerProcess> {
    ensureDescriptors();
    const { files, limits, log, onGone } = this.#options;
    const { frameBytes, argsBytes, resultBytes, bundleBytes, toolResultBytes, toolCallsInFlight } = limits;
    const worker = new WorkerProcess({
      command: workerCommand(files, limits.heapMb, dataLimitMb),
      maxFrameBytes: Math.max(frameBytes, argsBytes + FRAME_SLACK_BYTES, resultBytes + FRAME_SLACK_BYTES),
      maxUnreadBytes: toolResultBytes * toolCallsInFlight + Math.max(frameBytes, bundleBytes + argsBytes),
      isBounded: dataLimitMb !== undefined,
      log,
      onGone: (gone) => {
        this.#live.delete(gone);
        onGone(gone);
      },
    });
    this.#live.add(worker);
    // One that never started has no exit to tell of.
    void worker.gone.then(() => this.#live.delete(worker));
    await worker.start();
    return worker;
  }

  /** True where the system has taken the bound for a process that runs already. */
  async #bound({ pid }: WorkerProcess, limitMb: number): Promise<boolean> {
    const { prlimit } = this.#options.files;
    if (prlimit === undefined || pid === undefined) return false;
    const bytes = Math.ceil(limitMb * BYTES_PER_MB);
    try {
      await promisify(execFile)(prlimit, ['--pid', String(pid), `--data=${bytes}:${bytes}`], { env: {} });
      return true;
    } catch (error) {
      this.#options.log.debug({ err: error }, 'the first worker could not be bounded; it takes one run only');
      return false;
    }
  }

  #measure(worker: WorkerProcess): number | undefined {
    const restMb = worker.pid === undefined ? undefined : processDataMb(worker.pid);
    return restMb === undefined ? undefined : restMb + this.#options.limits.heapMb * 2 + DATA_SLACK_MB;
  }
}
