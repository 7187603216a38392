/**
 * One isolate for one run: made ahead of need with the guest installed, started once, thrown away. Only strings and
 * numbers cross into it; the program never sees an object of isolated-vm. Used by isolate-worker.ts alone.
 *
 * An exclusive isolate is entered synchronously, which saves the thread hops of isolated-vm (measured: 0.4 ms against
 * 2 ms a run); whoever spins there blocks this process and is killed from outside. Packed isolates are entered
 * asynchronously, so that one run's spin does not stop its neighbours.
 */
import type { Callback, Context, ExternalCopy, Isolate as IvmIsolate, Reference } from 'isolated-vm';
import type { GuestLimits } from './protocol.ts';

/** The classes of the library, loaded by the worker from a path that the host chose. */
export interface IvmLibrary {
  readonly Isolate: typeof IvmIsolate;
  readonly Callback: typeof Callback;
  readonly ExternalCopy: typeof ExternalCopy;
}

/** The name of the guest in stacks, where it marks frames that are not the program's. */
export const GUEST_FILE = 'guest.js';

/** What the guest posts: a kind, three numbers, two texts. Their meaning is guest/boot.ts's. */
export type Post = (kind: string, first: number, second: number, third: number, text: string, more: string) => void;

/** What one run brings with it. */
export interface Program {
  /** Script text whose completion value is the function to call. */
  readonly code: string;
  readonly grantText: string;
  readonly argsText: string;
  readonly limits: GuestLimits;
}

const REFERENCE_RESULT = { result: { reference: true } } as const;

export interface IsolateOptions {
  readonly ivm: IvmLibrary;
  readonly guestCode: string;
  readonly heapMb: number;
  readonly randomBytes: (count: number) => string;
  /** What V8 has compiled of the guest code already; see rehearse-guest.ts. */
  readonly guestCache: ExternalCopy<ArrayBuffer>;
}

export class Isolate {
  readonly heapMb: number;
  readonly #isolate: IvmIsolate;
  readonly #context: Context;
  readonly #options: IsolateOptions;
  #boot: Reference | undefined;
  #deliver: Reference | undefined;
  #isPacked = false;
  #isStarted = false;
  /** How long the program may stay in an exclusive isolate at a time: half a microsecond for a line of its own beside the host's. */
  #stay = { timeout: 0 };

  constructor(options: IsolateOptions) {
    this.#options = options;
    this.heapMb = options.heapMb;
    // Without `onCatastrophicError` V8's end of memory is the end of this process, at once: the callback waits for the main
    // thread, and for an exclusive isolate that is the thread which has just been lost.
    this.#isolate = new options.ivm.Isolate({ memoryLimit: options.heapMb });
    this.#context = this.#isolate.createContextSync();
    const { guestCode, guestCache: cachedData } = options;
    const guest = this.#isolate.compileScriptSync(guestCode, { cachedData, filename: GUEST_FILE });
    this.#boot = guest.runSync(this.#context, { reference: true });
  }

  /**
   * Starts the program. In an exclusive isolate this returns when the program first waits; throws what isolated-vm
   * throws: a syntax error of the code, an unhandled rejection, a stay that was too long, or the end of the isolate.
   */
  async start(program: Program, isPacked: boolean, post: Post): Promise<void> {
    const boot = this.#boot;
    if (boot === undefined) throw new Error('An isolate runs once.');
    this.#boot = undefined;
    this.#isPacked = isPacked;
    this.#stay = { timeout: program.limits.wallMs };
    const { ivm, randomBytes } = this.#options;
    const postBack = new ivm.Callback(post, isPacked ? { ignored: true } : { sync: true });
    const random = new ivm.Callback(randomBytes, { sync: true });
    const parameters = [postBack, random, program.grantText, program.argsText, JSON.stringify(program.limits)];
    if (isPacked) await this.#startPacked(boot, parameters, program.code);
    else this.#startExclusive(boot, parameters, program.code);
  }

  #startExclusive(boot: Reference, parameters: unknown[], code: string): void {
    const deliver: Reference = boot.applySync(undefined, parameters as never, REFERENCE_RESULT);
    this.#deliver = deliver;
    const script = this.#isolate.compileScriptSync(code, { filename: 'program.js' });
    const main: Reference = script.runSync(this.#context, { reference: true });
    this.#isStarted = true;
    deliver.applySync(undefined, ['start', 0, true, '', main.derefInto()], this.#stay);
  }

  async #startPacked(boot: Reference, parameters: unknown[], code: string): Promise<void> {
    const deliver: Reference = await boot.apply(undefined, parameters as never, REFERENCE_RESULT);
    this.#deliver = deliver;
    const script = await this.#isolate.compileScript(code, { filename: 'program.js' });
    const main: Reference = await script.run(this.#context, { reference: true });
    this.#isStarted = true;
    await deliver.apply(undefined, ['start', 0, true, '', main.derefInto()]);
  }

  /** Hands a reply or a due timer to the guest. Throws as `start` does. */
  async deliver(kind: 'reply' | 'timer', id: number, ok: boolean, text: string): Promise<void> {
    if (this.#isolate.isDisposed) return;
    if (this.#isPacked) await this.#deliver?.apply(undefined, [kind, id, ok, text]);
    else this.#deliver?.applySync(undefined, [kind, id, ok, text], this.#stay);
  }

  /** True once the program has been called: an error from then on is no error of its bundle. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** True where the isolate has ended, be it by its memory limit or by `dispose`. */
  get isDisposed(): boolean {
    return this.#isolate.isDisposed;
  }

  get cpuMs(): number {
    return this.#isolate.isDisposed ? 0 : Number(this.#isolate.cpuTime / 1_000_000n);
  }

  dispose(): void {
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }
}
