/**
 * Runs synchronous work against a clock and ends it when the time is over, wherever it is: in a regular expression, in
 * generated code, in a compiler. Called where schemas of strangers are compiled and used. Costs about a third of a
 * millisecond, because V8 is interrupted from a thread made for the purpose, so it is not for every call. For pure work
 * only: `finally` blocks of work that is ended do not run.
 */
import { createContext, Script } from 'node:vm';

export type TimeBoxed<Value> = { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'out-of-time' };

export type TimeBox = <Value>(ms: number, work: () => Value) => TimeBoxed<Value>;

/** The context holds nothing but the way back here; no code of strangers is evaluated in it by name. */
export function createTimeBox(): TimeBox {
  const box: { work: () => void } = { work: () => {} };
  const context = createContext({ box }, { codeGeneration: { strings: false, wasm: false } });
  const script = new Script('box.work()');
  return (ms, work) => {
    let done: ReturnType<typeof work> | undefined;
    let isDone = false;
    box.work = () => {
      done = work();
      isDone = true;
    };
    try {
      script.runInContext(context, { timeout: ms });
    } catch (thrown) {
      if (isTimeout(thrown)) return { kind: 'out-of-time' };
      throw thrown;
    } finally {
      box.work = () => {};
    }
    return isDone ? { kind: 'done', value: done as ReturnType<typeof work> } : { kind: 'out-of-time' };
  };
}

/** The error comes from another realm, so it is no instance of our Error. */
function isTimeout(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
