/** Runs a bundle's script in a bare realm, as an engine does, without one. For tests only: it is no sandbox. */
import vm from 'node:vm';
import type { Bundle } from '../../../src/compile/bundle.ts';
import { type LocatedError, locateError } from '../../../src/compile/locate-error.ts';

export async function runScript({ code }: Bundle, globals: object = {}): Promise<unknown> {
  const program: unknown = new vm.Script(code, { filename: 'program.js' }).runInContext(
    vm.createContext({ ...globals }),
  );
  if (typeof program !== 'function') throw new Error('the completion value is no function');
  return program();
}

/** The error that the bundle's program throws, located. */
export async function runToError(bundle: Bundle, globals: object = {}): Promise<LocatedError> {
  try {
    await runScript(bundle, globals);
  } catch (thrown) {
    const { name, message, stack } = thrown as Error;
    return locateError(bundle, { name, message, stack: stack ?? '' });
  }
  throw new Error('the program did not throw');
}
