/**
 * Warm containers, one pool for each image and heap: the default image's are made ahead of need, others when they are
 * asked for. Nothing here is used twice. Made by the docker engine once the daemon has said how much memory it has.
 */
import { Pool } from '../../pool/pool.ts';
import { containerMemoryMb } from './container/container-spec.ts';
import type { SandboxContainer } from './container/sandbox-container.ts';

/** Two keep up with runs one after the other: the start of a container is work for the daemon's processor. */
const CONTAINERS_AHEAD = 2;
const POOL_IDLE_MS = 5 * 60_000;
/**
 * Starting a container is a quarter of a second of work for a processor. One that nobody waits for yet leaves it first to
 * the run that has just begun: most are over by then.
 */
const COURTESY_MS = 25;
/** How much of the daemon's memory containers may be promised. */
const MEMORY_SHARE = 0.5;
const MIN_CONTAINERS = 2;
const MAX_CONTAINERS = 32;

export interface ContainerPoolsOptions {
  readonly defaultImage: string;
  readonly defaultHeapMb: number;
  readonly memoryMb: number;
  make(image: string, heapMb: number): Promise<SandboxContainer>;
  remove(container: SandboxContainer): void;
  onCreateError(error: unknown): void;
}

export class ContainerPools {
  readonly #options: ContainerPoolsOptions;
  readonly #pools = new Map<string, Pool<SandboxContainer>>();

  constructor(options: ContainerPoolsOptions) {
    this.#options = options;
  }

  /** Containers that wait for a run. */
  get ready(): number {
    return this.#sum((pool) => pool.idle);
  }

  get busy(): number {
    return this.#sum((pool) => pool.busy);
  }

  warm(): void {
    const { defaultImage, defaultHeapMb } = this.#options;
    this.#poolOf(defaultImage, defaultHeapMb).warm();
  }

  /** As `Pool.acquire`. */
  acquire(image: string, heapMb: number, owner: string, signal: AbortSignal): Promise<SandboxContainer> {
    return this.#poolOf(image, heapMb).acquire(owner, signal);
  }

  /** Ends a container, waiting or used, and has another made where one is wanted. */
  retire(container: SandboxContainer): void {
    for (const pool of this.#pools.values()) pool.retire(container);
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }

  #poolOf(image: string, heapMb: number): Pool<SandboxContainer> {
    const key = `${heapMb} ${image}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const { defaultImage, defaultHeapMb, memoryMb, make, remove, onCreateError } = this.#options;
    const places = Math.floor((memoryMb * MEMORY_SHARE) / containerMemoryMb(heapMb));
    const pool: Pool<SandboxContainer> = new Pool({
      create: async () => {
        if (pool.idle > 0) await new Promise((resolve) => setTimeout(resolve, COURTESY_MS));
        return make(image, heapMb);
      },
      destroy: remove,
      max: Math.max(MIN_CONTAINERS, Math.min(MAX_CONTAINERS, places)),
      ahead: image === defaultImage && heapMb === defaultHeapMb ? CONTAINERS_AHEAD : 0,
      idleMs: POOL_IDLE_MS,
      onCreateError,
    });
    this.#pools.set(key, pool);
    return pool;
  }

  #sum(count: (pool: Pool<SandboxContainer>) => number): number {
    return [...this.#pools.values()].reduce((sum, pool) => sum + count(pool), 0);
  }
}
