/**
 * Pipes for what a command prints. Node's own are sockets, which a script cannot open again as /dev/stdout or
 * /dev/stderr; these are true pipes, where the image has `mkfifo`. Called by run-command.ts.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

const MKFIFO_DEADLINE_MS = 1_000;

export interface OutputPipes {
  /** For `spawn`. */
  readonly stdio: readonly ['ignore', number | 'pipe', number | 'pipe'];
  /** Lets go of the ends that the child has taken over, and gives those to read from. */
  streamsOf(child: ChildProcess): readonly Readable[];
  /** As `streamsOf`, where there is no child. */
  close(): void;
}

export function openOutputPipes(): OutputPipes {
  const paths = [1, 2].map(() => `/tmp/.output-${randomUUID()}`);
  try {
    const made = spawnSync('mkfifo', paths, { stdio: 'ignore', timeout: MKFIFO_DEADLINE_MS });
    if (made.status === 0) return truePipes(paths);
  } catch {
    // A pipe that cannot be opened again is better than none.
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
  const streamsOf = ({ stdout, stderr }: ChildProcess) => [stdout, stderr].filter((stream) => stream !== null);
  return { stdio: ['ignore', 'pipe', 'pipe'], streamsOf, close: () => {} };
}

function truePipes(paths: readonly string[]): OutputPipes {
  const opened: number[] = [];
  const closeAll = () => {
    for (const descriptor of opened.splice(0)) closeSync(descriptor);
  };
  const openBoth = (path = ''): readonly [number, number] => {
    const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    opened.push(read);
    if (!fstatSync(read).isFIFO()) throw new Error('Something else has taken its place.');
    // By the descriptor, which nobody can have exchanged: this neither waits nor leads elsewhere.
    const write = openSync(`/proc/self/fd/${read}`, constants.O_WRONLY);
    opened.push(write);
    return [read, write];
  };
  try {
    const [[outRead, outWrite], [errRead, errWrite]] = [openBoth(paths[0]), openBoth(paths[1])];
    return {
      stdio: ['ignore', outWrite, errWrite],
      streamsOf: () => {
        closeSync(outWrite);
        closeSync(errWrite);
        return [outRead, errRead].map((fd) => new Socket({ fd, readable: true, writable: false }));
      },
      close: closeAll,
    };
  } catch (error) {
    closeAll();
    throw error;
  }
}
