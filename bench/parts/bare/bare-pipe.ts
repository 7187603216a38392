/** The raw primitive of the wall: a pipe to a child process and one back, with nothing at either end but bytes. */
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';

const FAR_END = fileURLToPath(new URL('../../fixtures/pipe-echo.cjs', import.meta.url));
const LENGTH_BYTES = 4;

export interface BarePipe {
  /** Resolves when the answer is there: the same bytes, or an acknowledgement of them. */
  roundTrip(text: string): Promise<void>;
  close(): void;
}

/** `ack` sends the text one way only, and four bytes back. One round trip at a time. */
export function openBarePipe(mode: 'echo' | 'ack'): BarePipe {
  const child = spawn(process.execPath, [FAR_END, mode], { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] });
  const [to, from] = [child.stdio[3] as Duplex, child.stdio[4] as Duplex];
  let wanted = 0;
  let answered: () => void = () => {};
  from.on('data', (chunk: Buffer) => {
    wanted -= chunk.length;
    if (wanted <= 0) answered();
  });
  return {
    roundTrip: (text) => {
      const size = Buffer.byteLength(text);
      const message = Buffer.allocUnsafe(LENGTH_BYTES + size);
      message.writeUInt32BE(size, 0);
      message.write(text, LENGTH_BYTES);
      wanted = mode === 'ack' ? LENGTH_BYTES : message.length;
      const { promise, resolve } = Promise.withResolvers<void>();
      answered = resolve;
      to.write(message);
      return promise;
    },
    close: () => to.destroy(),
  };
}
