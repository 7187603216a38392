/**
 * A hard stop for synchronous work on a stranger's terms: a JSON Schema from an agent may hold a catastrophic pattern,
 * an exponential web of references or a quadratic `uniqueItems`, and validation runs on the server's own thread.
 * V8's watchdog ends it wherever it is, regular expressions included. For pure work only: `finally` blocks do not run.
 */
import { createContext, Script } from 'node:vm';

export type RunLimited = <Value>(ms: number, work: () => Value) => Value;

export class TimeSpent extends Error {}

/** Makes the runner. One holds a V8 context of its own, so a server makes one and shares it. */
export function createTimeLimit(): RunLimited {
  const slot: { work?: () => void } = {};
  const context = createContext({ slot });
  const script = new Script('slot.work()');
  return <Value>(ms: number, work: () => Value): Value => {
    let done: { readonly value: Value } | undefined;
    slot.work = () => {
      done = { value: work() };
    };
    try {
      script.runInContext(context, { timeout: ms });
    } catch (thrown) {
      if (isTimeout(thrown)) throw new TimeSpent(`The work took longer than ${ms} ms.`);
      throw thrown;
    } finally {
      delete slot.work;
    }
    if (done === undefined) throw new TimeSpent('The work did not end.');
    return done.value;
  };
}

/** The error belongs to the context's own realm, so it is no `instanceof` our Error. */
function isTimeout(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
