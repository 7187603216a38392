/**
 * What a command writes to one of its streams: the first half of the budget, and of the rest the last half. However much
 * it writes, no more than that is held. Called by command.ts.
 */
import type { CommandOutput } from '../protocol.ts';

export class KeptOutput {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;
  #droppedBytes = 0;

  constructor(maxBytes: number) {
    this.#half = Math.floor(maxBytes / 2);
  }

  push(chunk: Buffer): void {
    const head = chunk.subarray(0, this.#half - this.#headBytes);
    if (head.length > 0) this.#head.push(head);
    this.#headBytes += head.length;
    const rest = chunk.subarray(head.length);
    if (rest.length === 0) return;
    // A copy: the stream's own buffer may be far larger than what is left of the chunk.
    const kept = Buffer.from(rest.subarray(Math.max(0, rest.length - this.#half)));
    this.#droppedBytes += rest.length - kept.length;
    this.#tail.push(kept);
    this.#tailBytes += kept.length;
    while (this.#tailBytes > this.#half) this.#dropFirst();
    // Many small writes must not become many small buffers.
    if (this.#tail.length > 1_024) this.#tail.splice(0, this.#tail.length, Buffer.concat(this.#tail));
  }

  finish(): CommandOutput {
    const head = Buffer.concat(this.#head);
    const tail = Buffer.concat(this.#tail);
    if (this.#droppedBytes > 0)
      return { head: head.toString(), tail: tail.toString(), droppedBytes: this.#droppedBytes };
    // Decoded as one, so that no character is cut where nothing is missing.
    return { head: Buffer.concat([head, tail]).toString(), tail: '', droppedBytes: 0 };
  }

  #dropFirst(): void {
    const first = this.#tail[0];
    if (first === undefined) return;
    const over = Math.min(first.length, this.#tailBytes - this.#half);
    if (over === first.length) this.#tail.shift();
    else this.#tail[0] = first.subarray(over);
    this.#tailBytes -= over;
    this.#droppedBytes += over;
  }
}
