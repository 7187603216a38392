/**
 * The lines of a file as they are in it, byte by byte, in bounded memory. Called by verify-chain.ts.
 */
import { createReadStream } from 'node:fs';
import { MAX_LINE_BYTES } from '../record/seal.ts';

export interface Line {
  readonly bytes: Buffer;
  /** The last may have none. */
  readonly hasEnd: boolean;
}

/** What is longer than any record, is told as a line of so much and no end, and nothing after it is read. */
const MAX_TOLD_BYTES = 4 * MAX_LINE_BYTES;
const LINE_FEED = 0x0a;

export async function* readLines(path: string): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      const part = chunk.subarray(from, end);
      yield { bytes: rest.length === 0 ? part : Buffer.concat([rest, part]), hasEnd: true };
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.length > MAX_TOLD_BYTES) break;
  }
  if (rest.length > 0) yield { bytes: rest, hasEnd: false };
}
