/**
 * Length-prefixed frames over a byte stream, used by both sides of the wall. A frame is a short list of texts: the
 * first is a JSON header (sandbox-runtime/protocol.ts), the rest are payloads that the wire never looks into, so a
 * tool result of a megabyte is neither quoted nor parsed on its way.
 *
 *   u32 bytes that follow · u8 number of parts · per part: u32 bytes, UTF-8 text        (integers big-endian)
 *
 * No I/O here. Whoever feeds the decoder decides what a violation costs the sender.
 */
import { isUtf8 } from 'node:buffer';

/** The header and up to three payloads: no message needs more. */
const MAX_PARTS = 4;
const LENGTH_BYTES = 4;
const COUNT_BYTES = 1;
const NO_BYTES = Buffer.alloc(0);

/** The stream does not hold what a peer of ours would have written. The connection cannot be used any further. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** The frame of the parts as bytes. The parts are ours, so their number is not checked here. */
export function encodeFrame(parts: readonly string[]): Buffer {
  const sizes = parts.map((part) => Buffer.byteLength(part));
  const body = sizes.reduce((sum, size) => sum + LENGTH_BYTES + size, COUNT_BYTES);
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + body);
  let at = frame.writeUInt32BE(body, 0);
  at = frame.writeUInt8(parts.length, at);
  for (const [index, part] of parts.entries()) {
    at = frame.writeUInt32BE(sizes[index] ?? 0, at);
    at += frame.write(part, at);
  }
  return frame;
}

/**
 * Cuts a byte stream into frames. `push` returns the frames that are complete; of the next one it keeps a copy of the
 * bytes that are there, never more than `maxBytes` of them. Chunks are not kept: one of a single byte costs hundreds.
 */
export class FrameDecoder {
  readonly #maxBytes: number;
  #storage = NO_BYTES;
  #held = 0;
  #wanted = LENGTH_BYTES;
  #isLength = true;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Throws FrameError on a frame over the cap, with impossible part lengths, or with text that is not UTF-8. */
  push(chunk: Buffer): string[][] {
    const frames: string[][] = [];
    for (let at = 0; ; ) {
      const missing = this.#wanted - this.#held;
      const bytes = chunk.subarray(at, at + missing);
      at += bytes.length;
      if (bytes.length < missing) {
        this.#hold(bytes);
        return frames;
      }
      const whole = this.#held === 0 ? bytes : this.#complete(bytes);
      if (this.#isLength) this.#wanted = this.#readLength(whole);
      else {
        frames.push(parseBody(whole));
        this.#wanted = LENGTH_BYTES;
      }
      this.#isLength = !this.#isLength;
    }
  }

  /** True where the stream may end: no frame is half read. */
  get isAtBoundary(): boolean {
    return this.#held === 0 && this.#isLength;
  }

  #readLength(bytes: Buffer): number {
    const length = bytes.readUInt32BE(0);
    if (length <= this.#maxBytes) return length;
    throw new FrameError(`A frame of ${length} bytes is over the limit of ${this.#maxBytes}.`);
  }

  /** Grows by doubling: what a length claims is not allocated before the bytes are there. */
  #hold(bytes: Buffer): void {
    const held = this.#held + bytes.length;
    if (held > this.#storage.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.#wanted, Math.max(held, this.#storage.length * 2)));
      this.#storage.copy(grown, 0, 0, this.#held);
      this.#storage = grown;
    }
    bytes.copy(this.#storage, this.#held);
    this.#held = held;
  }

  #complete(bytes: Buffer): Buffer {
    this.#hold(bytes);
    const whole = this.#storage.subarray(0, this.#held);
    this.#storage = NO_BYTES;
    this.#held = 0;
    return whole;
  }
}

function parseBody(body: Buffer): string[] {
  if (body.length < COUNT_BYTES) throw new FrameError('A frame is empty.');
  const count = body.readUInt8(0);
  if (count < 1 || count > MAX_PARTS)
    throw new FrameError(`A frame has ${count} parts; it may have 1 to ${MAX_PARTS}.`);
  const parts: string[] = [];
  let at = COUNT_BYTES;
  for (let index = 0; index < count; index++) {
    if (at + LENGTH_BYTES > body.length) throw new FrameError('A frame ends within the length of a part.');
    const size = body.readUInt32BE(at);
    at += LENGTH_BYTES;
    if (size > body.length - at) throw new FrameError('A part is longer than its frame.');
    const part = body.subarray(at, at + size);
    if (!isUtf8(part)) throw new FrameError('A part is not UTF-8.');
    parts.push(part.toString('utf8'));
    at += size;
  }
  if (at !== body.length) throw new FrameError('A frame has bytes after its last part.');
  return parts;
}
