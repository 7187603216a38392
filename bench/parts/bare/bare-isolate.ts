/**
 * The raw primitive of the node engine: isolated-vm used with nothing around it, synchronously, which is its fastest
 * way. No worker process, no guest, no limits but the heap's.
 */
import ivm from 'isolated-vm';

const HEAP_MB = 128;

export interface BareIsolate {
  readonly isolate: ivm.Isolate;
  readonly context: ivm.Context;
}

export function createBareIsolate(): BareIsolate {
  const isolate = new ivm.Isolate({ memoryLimit: HEAP_MB });
  return { isolate, context: isolate.createContextSync() };
}

/** Creates, evaluates and throws away; gives the time until the value was there, without the throwing away. */
export function timeBareRun(code: string): { overriddenDuration: number } {
  const startedMs = performance.now();
  const { isolate, context } = createBareIsolate();
  isolate.compileScriptSync(code).runSync(context);
  const overriddenDuration = performance.now() - startedMs;
  isolate.dispose();
  return { overriddenDuration };
}

/** The same with the asynchronous interface, which takes another thread. */
export async function timeBareRunAsync(code: string): Promise<{ overriddenDuration: number }> {
  const startedMs = performance.now();
  const isolate = new ivm.Isolate({ memoryLimit: HEAP_MB });
  const context = await isolate.createContext();
  const script = await isolate.compileScript(code);
  await script.run(context);
  const overriddenDuration = performance.now() - startedMs;
  isolate.dispose();
  return { overriddenDuration };
}

/** Once into an isolate with a text and once out of it with the same: the least that a tool call must do there. */
export function createBareBridge(): { cross(text: string): void; dispose(): void } {
  const { isolate, context } = createBareIsolate();
  let received = '';
  const post = new ivm.Callback((text: string) => {
    received = text;
  });
  context.global.setSync('post', post);
  const deliver: ivm.Reference<(text: string) => void> = isolate
    .compileScriptSync('(text) => post(text)')
    .runSync(context, { reference: true });
  return {
    cross: (text) => {
      deliver.applySync(undefined, [text]);
      if (received.length !== text.length) throw new Error('The bridge lost its text.');
    },
    dispose: () => isolate.dispose(),
  };
}
