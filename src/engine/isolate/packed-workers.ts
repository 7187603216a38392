/**
 * Workers that carry many runs of one workspace at once: where runs go that wait for tools while every worker is
 * taken. Made and used by the node engine. Knows nothing of what the runs do.
 */
import type { WorkerProcess } from './worker-process.ts';

const MAX_WORKERS = 4;
/** An isolate that waits takes about 1.2 MB. */
const MAX_CARRIED = 1_500;
/** Placements after which a worker takes no more. */
const MAX_MADE = 5_000;
const IDLE_MS = 5_000;

interface Packed {
  readonly workspace: string;
  readonly worker: Promise<WorkerProcess>;
  placed: number;
  made: number;
  /** Takes no more runs; ends with its last. */
  isClosing: boolean;
  idleTimer: NodeJS.Timeout | undefined;
}

export class PackedWorkers {
  readonly #create: () => Promise<WorkerProcess>;
  readonly #packed = new Set<Packed>();

  constructor(create: () => Promise<WorkerProcess>) {
    this.#create = create;
  }

  /** Runs placed at present. */
  get carried(): number {
    return [...this.#packed].reduce((sum, { placed }) => sum + placed, 0);
  }

  /** A place in a worker of the workspace; undefined where there is none to be had. Give it back with `leave`. */
  place(workspace: string): PackedPlace | undefined {
    const packed = this.#open(workspace);
    return packed === undefined ? undefined : this.#placeIn(packed);
  }

  /** The same in a worker that is there and carries nothing, so that the run has it to itself for now. */
  placeIdle(workspace: string): PackedPlace | undefined {
    for (const packed of this.#packed) {
      if (packed.workspace === workspace && !packed.isClosing && packed.placed === 0) return this.#placeIn(packed);
    }
    return undefined;
  }

  #placeIn(packed: Packed): PackedPlace {
    clearTimeout(packed.idleTimer);
    packed.placed += 1;
    packed.made += 1;
    if (packed.made >= MAX_MADE) packed.isClosing = true;
    return {
      worker: packed.worker,
      leave: (isQuiet) => {
        // Whatever would not stop may still hold a thread of this process: nothing new goes there.
        if (!isQuiet) packed.isClosing = true;
        packed.placed -= 1;
        if (packed.placed > 0) return;
        if (packed.isClosing) this.#end(packed);
        else packed.idleTimer = setTimeout(() => this.#end(packed), IDLE_MS).unref();
      },
    };
  }

  /** Called when a worker is no more. */
  forget(worker: WorkerProcess): void {
    for (const packed of this.#packed) {
      packed.worker.then(
        (own) => own === worker && this.#end(packed),
        () => {},
      );
    }
  }

  close(): void {
    for (const packed of this.#packed) this.#end(packed);
  }

  #open(workspace: string): Packed | undefined {
    for (const packed of this.#packed) {
      if (packed.workspace === workspace && !packed.isClosing && packed.placed < MAX_CARRIED) return packed;
    }
    return this.#packed.size < MAX_WORKERS ? this.#start(workspace) : undefined;
  }

  #start(workspace: string): Packed {
    const worker = this.#create();
    const packed: Packed = { workspace, worker, placed: 0, made: 0, isClosing: false, idleTimer: undefined };
    this.#packed.add(packed);
    worker.catch(() => this.#packed.delete(packed));
    return packed;
  }

  #end(packed: Packed): void {
    clearTimeout(packed.idleTimer);
    packed.isClosing = true;
    this.#packed.delete(packed);
    packed.worker.then(
      (worker) => worker.kill(),
      () => {},
    );
  }
}

export interface PackedPlace {
  readonly worker: Promise<WorkerProcess>;
  /** `isQuiet` is false where the program may still be running. */
  leave(isQuiet: boolean): void;
}
