/**
 * JSON-RPC messages out of a stream of bytes, one on a line, with a cap on the length of a line. Fed by
 * stdio-transport.ts. Chunks are joined once for each line, so that a long one costs no more than its length.
 */
import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { isJsonObject, parseJson } from '../../base/json.ts';

const NEWLINE = 10;

export interface MessageLinesListener {
  message(message: JSONRPCMessage): void;
  /** A line that is no message; servers print such things where they should not. */
  noise(chars: number): void;
  /** A line grew beyond the cap; nothing more is read. */
  tooLong(): void;
}

export class MessageLines {
  readonly #maxBytes: number;
  readonly #listener: MessageLinesListener;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isOver = false;

  constructor(maxBytes: number, listener: MessageLinesListener) {
    this.#maxBytes = maxBytes;
    this.#listener = listener;
  }

  read(chunk: Buffer): void {
    let rest = chunk;
    for (let at = rest.indexOf(NEWLINE); at !== -1 && !this.#isOver; at = rest.indexOf(NEWLINE)) {
      this.#hold(rest.subarray(0, at));
      rest = rest.subarray(at + 1);
      this.#accept();
    }
    if (!this.#isOver && rest.length > 0) this.#hold(rest);
  }

  #hold(part: Buffer): void {
    this.#held.push(part);
    this.#heldBytes += part.length;
    if (this.#heldBytes <= this.#maxBytes) return;
    this.#isOver = true;
    this.#held = [];
    this.#listener.tooLong();
  }

  #accept(): void {
    if (this.#isOver) return;
    const line = Buffer.concat(this.#held).toString('utf8');
    this.#held = [];
    this.#heldBytes = 0;
    const parsed = parseJson(line);
    // Revision 2025-03-26 allowed several messages in an array.
    for (const message of Array.isArray(parsed) ? parsed : [parsed]) {
      if (isJsonObject(message) && message.jsonrpc === '2.0')
        this.#listener.message(message as unknown as JSONRPCMessage);
      else if (line.trim() !== '') this.#listener.noise(line.length);
    }
  }
}
