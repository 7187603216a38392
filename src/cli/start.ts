/**
 * Joins the command line to the process that it runs in. Called by bin.ts, once it is known that Node is new enough.
 */
import { homedir } from 'node:os';
import { Fault } from '../base/fault.ts';
import { runCli } from './program.ts';
import { createTerminal } from './terminal.ts';

/** Resolves with the exit code. */
export function start(process: NodeJS.Process): Promise<number> {
  const stop = new AbortController();
  // Once each: a second signal ends the process the way it ends any other.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(name)));
  return runCli(process.argv.slice(2), {
    env: process.env,
    platform: process.platform,
    homeDir: homedir(),
    terminal: createTerminal(process),
    signal: stop.signal,
    build: () => Promise.reject(new Fault('INTERNAL', 'src/main.ts is not there yet.')),
  });
}
