/**
 * The last words of a child process: a bounded tail of its stderr, for the message that says why an upstream is not
 * there. Written by the stdio transport, read when something went wrong.
 */
import { cleanText } from '../clean-text.ts';

const TAIL_CHARS = 2_048;
const KEPT_BYTES = 4 * TAIL_CHARS;

export class StderrTail {
  #kept = Buffer.alloc(0);

  append(chunk: Buffer): void {
    const joined = chunk.length >= KEPT_BYTES ? chunk : Buffer.concat([this.#kept, chunk]);
    this.#kept = Buffer.from(joined.subarray(Math.max(0, joined.length - KEPT_BYTES)));
  }

  /** Cleaned text, cut at the front to whole lines where it is too long; empty where nothing was written. */
  text(): string {
    const cleaned = cleanText(this.#kept.toString('utf8')).trim();
    if (cleaned.length <= TAIL_CHARS) return cleaned;
    const tail = cleaned.slice(-TAIL_CHARS);
    const lineEnd = tail.indexOf('\n');
    return tail.slice(lineEnd + 1).toWellFormed();
  }
}
