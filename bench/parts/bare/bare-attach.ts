/**
 * The raw primitive of the docker engine's channel: a container of the same image that echoes (`cat`), and the daemon's
 * attach stream to it, with nothing at either end but bytes.
 */
import Docker from 'dockerode';
import { NotAvailable } from '../../harness/bench-case.ts';

/** Of the header that the daemon puts before what a container writes. */
const HEADER_BYTES = 8;

export interface BareAttach {
  /** Resolves when the text has come back. One round trip at a time. */
  roundTrip(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Throws NotAvailable where there is no daemon, or no such image. */
export async function openBareAttach(image: string): Promise<BareAttach> {
  const container = await createEcho(image);
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true });
  await container.start();
  let wanted = 0;
  let answered: () => void = () => {};
  stream.on('data', (chunk: Buffer) => {
    wanted -= chunk.length;
    if (wanted <= 0) answered();
  });
  return {
    roundTrip: (text) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = HEADER_BYTES + Buffer.byteLength(text);
      answered = resolve;
      stream.write(text);
      return promise;
    },
    close: async () => {
      await container.remove({ force: true });
    },
  };
}

async function createEcho(image: string): Promise<Docker.Container> {
  try {
    return await new Docker().createContainer({
      Image: image,
      Cmd: ['cat'],
      OpenStdin: true,
      NetworkDisabled: true,
      HostConfig: { NetworkMode: 'none' },
    });
  } catch (thrown) {
    throw new NotAvailable(`No container of ${image} could be made: ${String(thrown)}`);
  }
}
