/**
 * The log: pino on stderr, because stdout belongs to the protocol. Rooms receive a `Log`, they never make one.
 */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

export { LOG_LEVELS, type LogLevel } from './config.ts';
export type Log = Logger;

/** A log at the level, written synchronously to stderr unless another destination is given. */
export function createLog(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
