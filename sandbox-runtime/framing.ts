/**
 * Length-prefixed frames over a byte stream, used by both sides of the wall. A frame is a short list of texts: the
 * first is a JSON header (sandbox-runtime/protocol.ts), the rest are payloads that the wire never looks into, so a
 * tool result of a megabyte is neither quoted nor parsed on its way.
 *
 *   u32 bytes that follow · u8 number of parts · per part: u32 bytes, UTF-8 text        (integers big-endian)
 *
 * No I/O here. Whoever feeds the decoder decides what a violation costs the sender.
 */

/** The header and up to three payloads: no message needs more. */
const MAX_PARTS = 4;
const LENGTH_BYTES = 4;
const COUNT_BYTES = 1;

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
 * Cuts a byte stream into frames. `push` returns the frames that are complete; bytes of the next one are kept until
 * the rest arrives, never more than `maxBytes` of them.
 */
export class FrameDecoder {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Body size of the frame under way, or -1 while its length has not arrived. */
  #body = -1;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Throws FrameError on a frame over the cap, with impossible part lengths, or with text that is not UTF-8. */
  push(chunk: Buffer): string[][] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const frames: string[][] = [];
    for (;;) {
      if (this.#body < 0) {
        if (this.#held < LENGTH_BYTES) return frames;
        this.#body = this.#take(LENGTH_BYTES).readUInt32BE(0);
        if (this.#body > this.#maxBytes) {
          throw new FrameError(`A frame of ${this.#body} bytes is over the limit of ${this.#maxBytes}.`);
        }
      }
      if (this.#held < this.#body) return frames;
      frames.push(parseBody(this.#take(this.#body)));
      this.#body = -1;
    }
  }

  /** True where the stream may end: no frame is half read. */
  get isAtBoundary(): boolean {
    return this.#held === 0 && this.#body < 0;
  }

  #take(size: number): Buffer {
    this.#held -= size;
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= size) {
      if (first.length === size) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(size);
      return first.subarray(0, size);
    }
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = whole.length > size ? [whole.subarray(size)] : [];
    return whole.subarray(0, size);
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
    parts.push(body.toString('utf8', at, at + size));
    at += size;
  }
  if (at !== body.length) throw new FrameError('A frame has bytes after its last part.');
  return parts;
}
