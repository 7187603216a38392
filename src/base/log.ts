/**
 * The log: pino on stderr, because stdout belongs to the protocol. Rooms receive a `Log`, they never make one.
 */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

export { LOG_LEVELS, type LogLevel } from './config.ts';
export type Log = Logger;

/** A log at the level, written synchronously to stderr unless another destination is given. */
export function createLog(level: LogLevel, destination: DestinationStream = createStderr()): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** Lines that could not be written are tried again with the next, up to so much of them. */
const MAX_HELD_BYTES = 1024 * 1024;

/** A full disk behind it, or a reader that has stopped, costs lines and nothing else: a log must not end what it tells of. */
function createStderr(): DestinationStream {
  const stderr = pino.destination({ fd: 2, sync: true, maxLength: MAX_HELD_BYTES, retryEAGAIN: () => false });
  stderr.on('error', () => {});
  return {
    write: (line) => {
      stopBlocking();
      stderr.write(line);
    },
  };
}

/**
 * Where stderr is a pipe that nobody reads, a write would wait for ever, and the server with it. Node opens such pipes
 * without blocking, but every child that inherits one (esbuild's is such) is started with it made blocking again.
 */
function stopBlocking(): void {
  if (process.platform === 'win32' || process.stderr.isTTY) return;
  const handle: unknown = '_handle' in process.stderr ? process.stderr._handle : undefined;
  if (typeof handle !== 'object' || handle === null || !('setBlocking' in handle)) return;
  if (typeof handle.setBlocking === 'function') handle.setBlocking(false);
}
