/**
 * The console output of one run as the host keeps it: the first lines as they come, then the last ones, which the
 * sandbox sends anew from time to time. The sandbox holds the same caps; here they are held against a sandbox that lies.
 */
import { type GuestLogLevel, type GuestLogTail, parseLogTail } from '../../sandbox-runtime/protocol.ts';
import type { Limits } from '../base/limits.ts';
import type { LogLine, Truncation } from './run-report.ts';

const NO_TAIL: GuestLogTail = { droppedLines: 0, droppedBytes: 0, lines: [] };

export class KeptLogs {
  readonly #limits: Pick<Limits, 'logBytes' | 'logLines'>;
  #kept: LogLine[] = [];
  #bytes = 0;
  #refused = 0;
  #refusedBytes = 0;
  #tail = NO_TAIL;
  #afterLine: number | undefined;

  constructor(limits: Pick<Limits, 'logBytes' | 'logLines'>) {
    this.#limits = limits;
  }

  add(level: GuestLogLevel, atMs: number, text: string): void {
    const size = Buffer.byteLength(text);
    if (this.#kept.length >= this.#limits.logLines || this.#bytes + size > this.#limits.logBytes) {
      this.#afterLine ??= this.#kept.length;
      this.#refused += 1;
      this.#refusedBytes += size;
      return;
    }
    this.#bytes += size;
    this.#kept.push({ level, atMs, text });
  }

  /** Takes the tail in place of the one before. Throws ProtocolError where the text is none. */
  replaceTail(text: string): void {
    this.#tail = parseLogTail(text, this.#limits.logLines);
  }

  /** Head and tail within the limits; `truncated` where anything was left out. */
  finish(): { logs: readonly LogLine[]; truncated?: Truncation } {
    if (this.#tail.droppedLines > 0) this.#afterLine ??= this.#kept.length;
    for (const { level, atMs, text } of this.#tail.lines) this.add(level, atMs, text);
    const logLines = sum(this.#tail.droppedLines, this.#refused);
    const logBytes = sum(this.#tail.droppedBytes, this.#refusedBytes);
    if (logLines === 0) return { logs: this.#kept };
    const afterLogLine = this.#afterLine ?? this.#kept.length;
    return { logs: this.#kept, truncated: { logLines, logBytes, afterLogLine } };
  }
}

/** The one is a claim, and may be as large as a whole number gets. */
function sum(claimed: number, refused: number): number {
  return Math.min(claimed + refused, Number.MAX_SAFE_INTEGER);
}
