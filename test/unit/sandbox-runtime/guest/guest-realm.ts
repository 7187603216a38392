/**
 * A realm of its own with the guest's tools, timers and formatError in it, for programs that turn on them. Unlike the
 * isolate of bare-realm.ts it shares the event loop of the test, so that promises can be waited for. For tests.
 */
import { constants, createContext, Script } from 'node:vm';
import { buildSync } from 'esbuild';
import { SABOTAGE } from './bare-realm.ts';

const ENTRY = `
  import { createTools, ToolError } from './guest/tools.ts';
  import { installTimers } from './guest/timers.ts';
  import { formatError } from './guest/format-error.ts';
  const then = Function.prototype.call.bind(Promise.prototype.then);
  const toText = JSON.stringify;
  globalThis.guest = { createTools, ToolError, installTimers, formatError, then, toText };
`;

const bundle = buildSync({
  stdin: {
    contents: ENTRY,
    loader: 'ts',
    resolveDir: new URL('../../../../sandbox-runtime', import.meta.url).pathname,
  },
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  platform: 'neutral',
  target: 'node24',
}).outputFiles[0]?.text;

export interface GuestRealm {
  /** The value of the program, which finds the guest's functions and the test's own in `guest`. */
  run(program: string): unknown;
  /** Replaces everything a program can reach, and sets traps. Whatever is touched from then on throws. */
  sabotage(): void;
  /** What of the program's traps was touched since. */
  readonly touched: unknown;
}

/** `host` are functions of the test that the realm finds in `guest` as well. */
export function createGuestRealm(host: Readonly<Record<string, unknown>> = {}): GuestRealm {
  const context = createContext(constants.DONT_CONTEXTIFY);
  const run = (program: string): unknown => new Script(program).runInContext(context);
  run(bundle ?? '');
  Object.assign(run('guest') as object, host);
  return {
    run,
    sabotage: () => {
      // The test runner formats the stacks of every realm, with builtins that are sabotaged here: it is kept out.
      run("Object.defineProperty(Error, 'prepareStackTrace', { value: () => 'Error\\n    at program.js:1:1' })");
      run("Object.defineProperty(globalThis, 'Error', { configurable: false })");
      run(SABOTAGE);
    },
    get touched() {
      return run('globalThis.touched');
    },
  };
}
