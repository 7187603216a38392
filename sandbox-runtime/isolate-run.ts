/**
 * One run inside a worker: its isolate, its timers, its log budget, and what the guest posts turned into messages for
 * the host. Used by isolate-worker.ts alone, which owns the wire.
 */
import type { Isolate } from './isolate.ts';
import { LogBudget } from './log-budget.ts';
import {
  GUEST_LOG_LEVELS,
  type GuestLimitName,
  type GuestLimits,
  type HostMessage,
  type SandboxMessage,
} from './protocol.ts';

const CPU_CHECK_MS = 250;

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
  #cpuCheck: NodeJS.Timeout | undefined;
  #isEnded = false;

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

  /** Enters the isolate and explains what comes back as an error: memory, time, a syntax error, an unhandled rejection. */
  #enter(work: () => Promise<void>): void {
    if (this.#isEnded) return;
    work().catch((thrown: unknown) => {
      if (this.#isEnded) return;
      if (this.#isolate.isDisposed) return this.#exceed('heapMb');
      // The host is faster, as long as it is there. What fails for another reason by then is late as well.
      if (performance.now() - this.#startedMs >= this.#message.limits.wallMs) return this.#exceed('wallMs');
      const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (this.#isolate.isStarted) return this.#logs.add('warn', `Unhandled rejection: ${name}: ${message}`);
      this.#finish({ kind: 'threw', run: this.#message.run }, JSON.stringify({ name, message, stack: '' }));
    });
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
        return this.#send({ kind: 'call', run, call: first, server: second, tool: third }, text);
      case 'log':
        return this.#logs.add(GUEST_LOG_LEVELS.find((level) => level === text) ?? 'log', more);
      case 'timer':
        return this.#startTimer(first, second);
      case 'clear':
        return this.#clearTimer(first);
      case 'completed':
        return this.#finish({ kind: 'completed', run, hasResult: first === 1 }, text, more);
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

  #checkCpu({ cpuMs }: GuestLimits): void {
    if (this.#isolate.cpuMs > cpuMs) this.#exceed('cpuMs');
  }
}
