/**
 * One run inside a worker: its isolate, its timers, its log budget, and what the guest posts turned into messages for
 * the host. Used by isolate-worker.ts alone, which owns the wire.
 */
import type { Isolate } from './isolate.ts';
import { LogBudget } from './log-budget.ts';
import {
  GUEST_LOG_LEVELS,
  type GuestError,
  type GuestLimitName,
  type GuestLimits,
  type HostMessage,
  type SandboxMessage,
  type UncaughtSource,
} from './protocol.ts';

const CPU_CHECK_MS = 250;
/** Errors of one run that end nothing and are told all the same. */
const MAX_UNCAUGHT = 20;
/** Of each text of an error that left the isolate uncaught: it may be as long as the heap is large. */
const MAX_ERROR_CHARS = 16 * 1024;
/** Where the stack of an error leaves the isolate. */
const BOUNDARY = '(<isolated-vm boundary>)';

export type Send = (message: SandboxMessage, ...payloads: readonly string[]) => void;

type RunMessage = Extract<HostMessage, { kind: 'run' }>;

export class IsolateRun {
  readonly #isolate: Isolate;
  readonly #message: RunMessage;
  readonly #send: Send;
  readonly #onEnd: () => void;
  readonly #logs: LogBudget;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #startedMs = performance.now();
  readonly #cpuAtStart = process.cpuUsage();
  #cpuCheck: NodeJS.Timeout | undefined;
  #isEnded = false;
  /** Times that the isolate has been entered and not left. */
  #inside = 0;
  #uncaught = 0;
  /** The result of a program that has returned, while the isolate has not been left. */
  #completion: (() => void) | undefined;

  /** `onEnd` is called once, after the run's last message has been sent. */
  constructor(isolate: Isolate, message: RunMessage, send: Send, onEnd: () => void) {
    this.#isolate = isolate;
    this.#message = message;
    this.#send = send;
    this.#onEnd = onEnd;
    const { run, limits } = message;
    this.#logs = new LogBudget(limits, {
      line: (level, atMs, text) => send({ kind: 'log', run, level, atMs }, text),
      tail: (tail) => send({ kind: 'log-tail', run }, JSON.stringify(tail)),
    });
  }

  start(code: string, grantText: string, argsText: string): void {
    const { packed, limits } = this.#message;
    if (packed) this.#cpuCheck = setInterval(() => this.#checkCpu(limits), CPU_CHECK_MS);
    this.#enter(() => this.#isolate.start({ code, grantText, argsText, limits }, packed, this.#post));
  }

  reply(call: number, ok: boolean, text: string): void {
    this.#enter(() => this.#isolate.deliver('reply', call, ok, text));
  }

  /** Ends the run without a word: the host has stopped listening. */
  stop(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearInterval(this.#cpuCheck);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#onEnd();
  }

  /** Enters the isolate; explains what comes back as an error, and lets the run come to its end once it has been left. */
  #enter(work: () => Promise<void>): void {
    if (this.#isEnded) return;
    this.#inside += 1;
    const left = () => {
      this.#inside -= 1;
      this.#completeIfLeft();
    };
    work().then(left, (thrown: unknown) => {
      this.#explain(thrown);
      left();
    });
  }

  /** An error out of the isolate: memory, time, a syntax error, an unhandled rejection. */
  #explain(thrown: unknown): void {
    if (this.#isEnded) return;
    // A program that has returned keeps its result, whatever ended what it left behind.
    const hasReturned = this.#completion !== undefined;
    if (this.#isolate.isDisposed) return hasReturned ? undefined : this.#exceed('heapMb');
    // The host is faster, as long as it is there. What fails for another reason by then is late as well.
    const isLate = performance.now() - this.#startedMs >= this.#message.limits.wallMs;
    if (isLate) return hasReturned ? undefined : this.#exceed('wallMs');
    const error = errorTexts(thrown);
    if (this.#isolate.isStarted) return this.#tellUncaught('promise', JSON.stringify(error));
    this.#finish({ kind: 'threw', run: this.#message.run }, JSON.stringify({ ...error, stack: '' }));
  }

  #tellUncaught(from: UncaughtSource, error: string): void {
    this.#uncaught += 1;
    if (this.#uncaught <= MAX_UNCAUGHT) this.#send({ kind: 'uncaught', run: this.#message.run, from }, error);
  }

  /** The end waits for the isolate to be left: only then is it known which rejections nobody has awaited. */
  #completeIfLeft(): void {
    if (this.#inside === 0) this.#completion?.();
  }

  #exceed(limit: GuestLimitName): void {
    this.#finish({ kind: 'limit', run: this.#message.run, limit, needed: 0 });
  }

  #finish(message: SandboxMessage, ...payloads: readonly string[]): void {
    if (this.#isEnded) return;
    this.#logs.flush();
    this.#send(message, ...payloads);
    this.stop();
  }

  readonly #post = (kind: string, first: number, second: number, third: number, text: string, more: string): void => {
    if (this.#isEnded) return;
    const { run } = this.#message;
    switch (kind) {
      case 'call':
        if (this.#completion !== undefined) return;
        return this.#send({ kind: 'call', run, call: first, server: second, tool: third }, text);
      case 'log':
        return this.#logs.add(GUEST_LOG_LEVELS.find((level) => level === text) ?? 'log', more);
      case 'timer':
        return this.#startTimer(first, second);
      case 'clear':
        return this.#clearTimer(first);
      case 'completed':
        this.#completion ??= () => this.#finish({ kind: 'completed', run, hasResult: first === 1 }, text, more);
        return this.#completeIfLeft();
      case 'uncaught':
        return this.#tellUncaught('timer', text);
      case 'threw':
        return this.#finish({ kind: 'threw', run }, text);
      case 'too-large':
        return this.#finish({ kind: 'limit', run, limit: 'resultBytes', needed: first });
    }
  };

  #startTimer(id: number, ms: number): void {
    const fire = () => {
      this.#timers.delete(id);
      this.#enter(() => this.#isolate.deliver('timer', id, true, ''));
    };
    this.#timers.set(id, setTimeout(fire, ms));
  }

  #clearTimer(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  /** The isolate counts the time that it is entered; on a busy machine the processor may have been elsewhere all along. */
  #checkCpu({ cpuMs }: GuestLimits): void {
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    if (this.#isolate.cpuMs > cpuMs && (user + system) / 1_000 > cpuMs) this.#exceed('cpuMs');
  }
}

/** What left the isolate, as texts that fit a frame; of its stack the part that is the isolate's. */
function errorTexts(thrown: unknown): GuestError {
  if (!(thrown instanceof Error))
    return { name: 'Error', message: String(thrown).slice(0, MAX_ERROR_CHARS), stack: '' };
  const { name, message, stack = '' } = thrown;
  const frames = stack.slice(0, MAX_ERROR_CHARS).split(BOUNDARY, 1).join('');
  return { name: name.slice(0, MAX_ERROR_CHARS), message: message.slice(0, MAX_ERROR_CHARS), stack: frames };
}
