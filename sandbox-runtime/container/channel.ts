/**
 * The runner's descriptors. Frames leave on a descriptor of their own that no child process inherits; what a program, a
 * library or a child writes to stdout or stderr ends up in the logs, and cannot stand between two frames.
 * Called by container-runner.ts before any program is there.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { encodeFrame } from '../framing.ts';
import { STDERR_END } from '../protocol.ts';

const STDOUT = 1;
const STDERR = 2;
/** Long lines are cut into pieces of this size: nothing of them is lost. */
const MAX_LINE_CHARS = 8 * 1024;

export type Send<Message> = (message: Message, ...payloads: readonly string[]) => void;

/** Blocking, so that what a program said is out before it can spin. The host always reads. */
export function openChannel<Message>(): Send<Message> {
  const descriptor = moveStdout();
  return (message, ...payloads) => {
    const frame = encodeFrame([JSON.stringify(message), ...payloads]);
    let at = 0;
    while (at < frame.length) at += writeSync(descriptor, frame, at);
  };
}

/**
 * A second descriptor of the pipe behind stdout, whose place is then taken by stderr. Where the system does not allow
 * that, stdout stays the channel, and only what goes through `process.stdout` is kept off it.
 */
function moveStdout(): number {
  let moved: number;
  try {
    moved = openSync(`/proc/self/fd/${STDOUT}`, 'w');
  } catch {
    return STDOUT;
  }
  closeSync(STDOUT);
  // The lowest free number is given out: the one that was just closed.
  try {
    openSync(`/proc/self/fd/${STDERR}`, 'w');
  } catch {
    openSync('/dev/null', 'w');
  }
  return moved;
}

/** Tells the host that nothing of the run comes on stderr after this. A program may have closed the descriptor. */
export function endStderr(): void {
  try {
    writeSync(STDERR, `${STDERR_END}\n`);
  } catch {
    // The host does not wait long.
  }
}

/** A stream in place of stdout or stderr that hands each line to `write`; `end` hands over a last line without end. */
export function createLineStream(write: (line: string) => void): { stream: Writable; end: () => void } {
  let rest = '';
  const decoder = new TextDecoder();
  const take = (text: string) => {
    rest += text;
    let from = 0;
    for (let at = rest.indexOf('\n'); at !== -1; at = rest.indexOf('\n', from)) {
      writePieces(rest.slice(from, at), write);
      from = at + 1;
    }
    rest = rest.slice(from);
    while (rest.length > MAX_LINE_CHARS) {
      write(rest.slice(0, MAX_LINE_CHARS));
      rest = rest.slice(MAX_LINE_CHARS);
    }
  };
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      take(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
      done();
    },
  });
  const end = () => {
    if (rest !== '') write(rest);
    rest = '';
  };
  return { stream, end };
}

function writePieces(line: string, write: (line: string) => void): void {
  if (line.length <= MAX_LINE_CHARS) return write(line);
  for (let at = 0; at < line.length; at += MAX_LINE_CHARS) write(line.slice(at, at + MAX_LINE_CHARS));
}

/** Puts the streams in the places where Node and libraries look for them. A program finds an stdin that has ended. */
export function replaceStreams(process: NodeJS.Process, stdout: Writable, stderr: Writable): void {
  const streams = { stdin: Readable.from([]), stdout, stderr };
  for (const [name, value] of Object.entries(streams)) {
    Object.defineProperty(process, name, { value, writable: true, configurable: true, enumerable: true });
  }
}
