/**
 * The console output of one run as the host keeps it: the first half of the limits as lines come, and of the rest the
 * last lines. Lines come one by one, and from the sandbox's own budget as a tail that it sends anew from time to time.
 * The sandbox holds the same caps; here they are held against one that lies, and for what is printed past it.
 */
import { type GuestLogLevel, type GuestLogTail, parseLogTail } from '../../sandbox-runtime/protocol.ts';
import type { Limits } from '../base/limits.ts';
import type { LogLine, Truncation } from './run-report.ts';

const NO_TAIL: GuestLogTail = { droppedLines: 0, droppedBytes: 0, lines: [] };

export class KeptLogs {
  readonly #limits: Pick<Limits, 'logBytes' | 'logLines'>;
  readonly #head: LogLine[] = [];
  #headBytes = 0;
  #isHeadFull = false;
  readonly #last: LogLine[] = [];
  #lastBytes = 0;
  #dropped = 0;
  #droppedBytes = 0;
  #tail = NO_TAIL;

  constructor(limits: Pick<Limits, 'logBytes' | 'logLines'>) {
    this.#limits = limits;
  }

  add(level: GuestLogLevel, atMs: number, text: string): void {
    const { logLines, logBytes } = this.#limits;
    const size = Buffer.byteLength(text);
    this.#isHeadFull ||= this.#head.length >= Math.floor(logLines / 2) || this.#headBytes + size > logBytes / 2;
    if (this.#isHeadFull) {
      this.#last.push({ level, atMs, text });
      this.#lastBytes += size;
      this.#dropFirst();
    } else {
      this.#head.push({ level, atMs, text });
      this.#headBytes += size;
    }
  }

  /** Takes the tail in place of the one before. Throws ProtocolError where the text is none. */
  replaceTail(text: string): void {
    this.#tail = parseLogTail(text, this.#limits.logLines);
  }

  /** Head and tail within the limits; `truncated` where anything was left out. */
  finish(): { logs: readonly LogLine[]; truncated?: Truncation } {
    const { lines, droppedLines, droppedBytes } = this.#tail;
    this.#last.push(...lines);
    // What was printed past the sandbox's budget has been in between; each of the two is in order already.
    this.#last.sort((one, other) => one.atMs - other.atMs);
    this.#lastBytes += lines.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0);
    this.#dropFirst();
    const logs = [...this.#head, ...this.#last];
    const logLines = sum(droppedLines, this.#dropped);
    const logBytes = sum(droppedBytes, this.#droppedBytes);
    return logLines === 0 ? { logs } : { logs, truncated: { logLines, logBytes, afterLogLine: this.#head.length } };
  }

  /** Until the last lines fit into what the head has left. */
  #dropFirst(): void {
    const room = this.#limits.logLines - this.#head.length;
    const bytesOfRoom = this.#limits.logBytes - this.#headBytes;
    let out = 0;
    while (this.#last.length - out > room || this.#lastBytes > bytesOfRoom) {
      const size = Buffer.byteLength(this.#last[out]?.text ?? '');
      this.#lastBytes -= size;
      this.#droppedBytes += size;
      out += 1;
    }
    this.#dropped += out;
    if (out > 0) this.#last.splice(0, out);
  }
}

/** The one is a claim, and may be as large as a whole number gets. */
function sum(claimed: number, dropped: number): number {
  return Math.min(claimed + dropped, Number.MAX_SAFE_INTEGER);
}
