/**
 * Console output of one run on its way out of the sandbox: the first half of the budget leaves at once, of the rest
 * only the last lines are kept. A flood therefore costs a ring of strings, not the pipe, and what was printed just
 * before a crash still arrives: the tail is sent at the end, and anew at most every 100 ms while lines keep coming.
 */
import type { GuestLimits, GuestLogLevel, GuestLogTail } from './protocol.ts';

const TAIL_EVERY_MS = 100;

export interface LogSink {
  line(level: GuestLogLevel, atMs: number, text: string): void;
  tail(tail: GuestLogTail): void;
}

export class LogBudget {
  readonly #sink: LogSink;
  readonly #maxLines: number;
  readonly #maxBytes: number;
  readonly #startedMs = performance.now();
  #headLines = 0;
  #headBytes = 0;
  #isHeadFull = false;
  #tail: GuestLogTail['lines'][number][] = [];
  #tailBytes = 0;
  #droppedLines = 0;
  #droppedBytes = 0;
  #sentMs = 0;
  #isTailNew = false;

  constructor(limits: Pick<GuestLimits, 'logBytes' | 'logLines'>, sink: LogSink) {
    this.#sink = sink;
    this.#maxLines = Math.floor(limits.logLines / 2);
    this.#maxBytes = Math.floor(limits.logBytes / 2);
  }

  add(level: GuestLogLevel, text: string): void {
    const now = performance.now();
    const atMs = Math.round(now - this.#startedMs);
    const size = Buffer.byteLength(text);
    this.#isHeadFull ||= this.#headLines >= this.#maxLines || this.#headBytes + size > this.#maxBytes;
    if (this.#isHeadFull) return this.#addToTail({ level, atMs, text }, size, now);
    this.#headLines += 1;
    this.#headBytes += size;
    this.#sink.line(level, atMs, text);
  }

  /** Sends what of the tail has not been sent. */
  flush(): void {
    if (!this.#isTailNew) return;
    this.#isTailNew = false;
    this.#sink.tail({ droppedLines: this.#droppedLines, droppedBytes: this.#droppedBytes, lines: this.#tail });
  }

  #addToTail(line: GuestLogTail['lines'][number], size: number, now: number): void {
    this.#tail.push(line);
    this.#tailBytes += size;
    this.#isTailNew = true;
    let out = 0;
    while (this.#tail.length - out > this.#maxLines || (this.#tailBytes > this.#maxBytes && out < this.#tail.length)) {
      const dropped = Buffer.byteLength(this.#tail[out]?.text ?? '');
      this.#tailBytes -= dropped;
      this.#droppedBytes += dropped;
      this.#droppedLines += 1;
      out += 1;
    }
    if (out > 0) this.#tail.splice(0, out);
    if (now - this.#sentMs < TAIL_EVERY_MS) return;
    this.#sentMs = now;
    this.flush();
  }
}
