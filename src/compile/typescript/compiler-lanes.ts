/**
 * The compilers at work: one check at a time in each, so that whatever a check does to its compiler it does to no other
 * check. Called by typecheck.ts. One lane serves all while checks are quick; a check that has waited for a moment gets
 * another lane, so that a type bomb delays its neighbours by that moment and not until its deadline.
 */
import { Fault } from '../../base/fault.ts';
import type { Limits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import { watchMemory } from '../watch-memory.ts';
import { CompilerProcess } from './compiler-process.ts';
import { CompilerPanic, MessageTooLong } from './json-rpc.ts';

export type LaneEnd<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'exceeded'; readonly limit: 'typecheckMs' | 'typecheckMb' }
  /** It found more errors than can be read. */
  | { readonly kind: 'flooded' }
  /** It failed over the program itself, and would again. */
  | { readonly kind: 'panicked' };

type Work<Value> = (compiler: CompilerProcess) => Promise<Value>;

interface Waiting {
  readonly start: (compiler: CompilerProcess) => void;
  readonly fail: (reason: Fault) => void;
}

const MAX_LANES = 4;
const PATIENCE_MS = 100;
const START_MS = 15_000;
/** A compiler keeps a little of every program; a fresh one costs 70 ms in the background. */
const CHECKS_OF_ONE_COMPILER = 2_000;
/** After this long without a check its memory goes back to the system. */
const IDLE_MS = 5 * 60_000;

export class CompilerLanes {
  readonly #limits: Limits;
  readonly #log: Log;
  readonly #lanes = new Set<CompilerProcess>();
  readonly #idle: CompilerProcess[] = [];
  readonly #queue: Waiting[] = [];
  readonly #idleMs: number;
  #patience: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #starting = 0;
  #isClosed = false;

  constructor(limits: Limits, log: Log, idleMs = IDLE_MS) {
    this.#limits = limits;
    this.#log = log;
    this.#idleMs = idleMs;
  }

  /** Has a compiler ready ahead of need. */
  warm(): void {
    if (this.#lanes.size === 0 && !this.#isClosed) this.#open();
  }

  /** Runs the work in a compiler of its own. A compiler that is lost costs one repetition, then a Fault. */
  async run<Value>(work: Work<Value>): Promise<LaneEnd<Value>> {
    return (await this.#attempt(work)) ?? (await this.#attempt(work)) ?? Promise.reject(this.#lost());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#idleTimer);
    for (const waiting of this.#queue.splice(0)) waiting.fail(this.#lost());
    const ends = [...this.#lanes].map((compiler) => compiler.gone);
    for (const compiler of this.#lanes) compiler.kill();
    await Promise.all(ends);
  }

  #lost(): Fault {
    if (this.#isClosed) return new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.');
    return new Fault('COMPILER_LOST', 'The type-checker was lost twice while it checked this program; try again.');
  }

  /** Undefined where the compiler was lost. */
  async #attempt<Value>(work: Work<Value>): Promise<LaneEnd<Value> | undefined> {
    const compiler = await this.#acquire();
    const stop = Promise.withResolvers<LaneEnd<Value>>();
    const exceed = (limit: 'typecheckMs' | 'typecheckMb') => stop.resolve({ kind: 'exceeded', limit });
    const memory = watchMemory(compiler.pid, this.#limits.typecheckMb, () => exceed('typecheckMb'));
    const deadline = setTimeout(() => exceed('typecheckMs'), this.#limits.typecheckMs);
    const done = work(compiler).then(
      (value): LaneEnd<Value> => ({ kind: 'done', value }),
      (reason: unknown) => this.#failed(reason, this.#lanes.has(compiler)),
    );
    const end = await Promise.race([done, stop.promise]);
    clearTimeout(deadline);
    memory.stop();
    const isFit =
      end?.kind === 'done' &&
      compiler.checks < CHECKS_OF_ONE_COMPILER &&
      memory.peakMb() < this.#limits.typecheckMb / 2;
    if (isFit) this.#release(compiler);
    else this.#retire(compiler);
    return end;
  }

  /** `isOurs`: nobody has retired the compiler meanwhile. */
  #failed(reason: unknown, isOurs: boolean): { readonly kind: 'flooded' | 'panicked' } | undefined {
    if (reason instanceof MessageTooLong) return { kind: 'flooded' };
    if (isOurs && !this.#isClosed) this.#log.warn({ err: reason }, 'the type-checker failed');
    return reason instanceof CompilerPanic ? { kind: 'panicked' } : undefined;
  }

  #acquire(): Promise<CompilerProcess> {
    if (this.#isClosed) return Promise.reject(this.#lost());
    const { promise, resolve, reject } = Promise.withResolvers<CompilerProcess>();
    this.#queue.push({ start: resolve, fail: reject });
    if (this.#lanes.size === 0) this.#open();
    this.#serve();
    return promise;
  }

  /** Hands idle compilers to who waits, and opens another lane where waiting takes too long. */
  #serve(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const compiler = this.#idle.pop();
      if (compiler !== undefined) this.#queue.shift()?.start(compiler);
    }
    clearTimeout(this.#patience);
    if (this.#queue.length === 0 || this.#lanes.size >= MAX_LANES) return;
    this.#patience = setTimeout(() => {
      if (this.#starting === 0) this.#open();
      this.#serve();
    }, PATIENCE_MS);
    this.#patience.unref();
  }

  #release(compiler: CompilerProcess): void {
    this.#idle.push(compiler);
    this.#serve();
    // One is kept for the next check; those that a rush needed go.
    while (this.#idle.length > 1) this.#retire(this.#idle[0]);
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#giveBack(), this.#idleMs).unref();
  }

  /** The next check starts a compiler again. */
  #giveBack(): void {
    for (const compiler of this.#idle.splice(0)) {
      this.#lanes.delete(compiler);
      compiler.kill();
    }
  }

  #retire(compiler: CompilerProcess | undefined): void {
    if (compiler === undefined) return;
    const at = this.#idle.indexOf(compiler);
    if (at !== -1) this.#idle.splice(at, 1);
    this.#lanes.delete(compiler);
    compiler.kill();
    if (this.#lanes.size === 0 && !this.#isClosed) this.#open();
  }

  #open(): void {
    const compiler = this.#create();
    if (compiler === undefined) return;
    this.#lanes.add(compiler);
    this.#starting += 1;
    const tooLate = setTimeout(() => compiler.kill(), START_MS);
    compiler.ready
      .then(() => this.#lanes.has(compiler) && this.#release(compiler))
      .catch((reason: unknown) => this.#refuse(reason, compiler))
      .finally(() => {
        clearTimeout(tooLate);
        this.#starting -= 1;
      });
    void compiler.gone.then((reason) => {
      if (this.#lanes.delete(compiler) && !this.#isClosed) this.#log.warn({ reason }, 'the type-checker is gone');
      const at = this.#idle.indexOf(compiler);
      if (at !== -1) this.#idle.splice(at, 1);
    });
  }

  #create(): CompilerProcess | undefined {
    try {
      return new CompilerProcess(this.#limits.typecheckMb);
    } catch (thrown) {
      this.#refuse(thrown);
      return undefined;
    }
  }

  /** A compiler that does not start would not start the next time either: who waits is told. */
  #refuse(reason: unknown, compiler?: CompilerProcess): void {
    if (compiler !== undefined) this.#lanes.delete(compiler);
    if (this.#isClosed) return;
    this.#log.error({ err: reason }, 'the type-checker could not be started');
    if (this.#lanes.size > 0) return;
    const fault = new Fault(
      'COMPILER_LOST',
      'The type-checker could not be started; `codeloom doctor` says more.',
      reason,
    );
    for (const waiting of this.#queue.splice(0)) waiting.fail(fault);
  }
}
