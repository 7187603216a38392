/**
 * Takes the daemon's attach stream apart: eight bytes of header, then that many bytes of stdout or stderr. Called by
 * sandbox-container.ts. Keeps no payload: whatever has arrived is handed on at once, however long its block may be.
 */

const HEADER_BYTES = 8;
const STDOUT = 1;

export interface OutputSink {
  stdout(bytes: Buffer): void;
  stderr(bytes: Buffer): void;
}

export class AttachedOutput {
  readonly #sink: OutputSink;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #left = 0;
  #isStdout = false;

  constructor(sink: OutputSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const part = chunk.subarray(at, at + this.#left);
        this.#left -= part.length;
        at += part.length;
        if (this.#isStdout) this.#sink.stdout(part);
        else this.#sink.stderr(part);
        continue;
      }
      const copied = chunk.copy(this.#header, this.#headerBytes, at, at + HEADER_BYTES - this.#headerBytes);
      this.#headerBytes += copied;
      at += copied;
      if (this.#headerBytes < HEADER_BYTES) return;
      this.#headerBytes = 0;
      this.#isStdout = this.#header.readUInt8(0) === STDOUT;
      this.#left = this.#header.readUInt32BE(4);
    }
  }
}
