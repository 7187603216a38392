/**
 * Joins the command line to the process that it runs in. Called by bin.ts, once it is known that Node is new enough.
 */
import { Console } from 'node:console';
import { homedir } from 'node:os';
import { runCli } from './program.ts';
import { createTerminal } from './terminal.ts';

/** Resolves with the exit code. */
export function start(process: NodeJS.Process): Promise<number> {
  // Whatever a library prints is neither protocol nor output of a command.
  globalThis.console = new Console(process.stderr, process.stderr);
  const stop = new AbortController();
  // Once each: a second signal ends the process the way it ends any other.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(name)));
  return runCli(process.argv.slice(2), {
    env: process.env,
    platform: process.platform,
    homeDir: homedir(),
    terminal: createTerminal(process),
    signal: stop.signal,
    build: async (settings) => (await import('../main.ts')).buildCodeloom(settings),
  });
}
