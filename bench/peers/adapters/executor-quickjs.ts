/** @executor-js/runtime-quickjs: QuickJS compiled to WebAssembly, driven through Effect. */
import { failed, type LabToolName, loadPackage, type Peer } from '../peer.ts';

interface EffectLibrary {
  readonly Effect: { promise(work: () => Promise<unknown>): unknown; runPromise(effect: unknown): Promise<Result> };
}

interface Result {
  readonly result: unknown;
  readonly error?: string;
  readonly logs?: readonly string[];
}

interface Executor {
  execute(code: string, invoker: { invoke(call: { path: string; args: unknown }): unknown }): unknown;
}

export const executorQuickjs: Peer = {
  name: '@executor-js/runtime-quickjs',
  isolation: 'QuickJS in WebAssembly in this process',
  call: (tool, args) => `tools.lab.${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => {
    const { makeQuickJsExecutor } = await loadPackage<{ makeQuickJsExecutor(options: object): Executor }>(
      '@executor-js/runtime-quickjs',
    );
    const { Effect } = await loadPackage<EffectLibrary>('effect');
    const executor = makeQuickJsExecutor({ timeoutMs, memoryLimitBytes: 128 * 1024 * 1024 });
    const invoke = ({ path, args }: { path: string; args: unknown }) =>
      Effect.promise(() => tools.call(path.slice('lab.'.length) as LabToolName, args));
    return {
      run: async (program) => {
        try {
          const { result, error, logs = [] } = await Effect.runPromise(executor.execute(program, { invoke }));
          return { isOk: error === undefined, value: result, words: error ?? '', logChars: logs.join('').length };
        } catch (thrown) {
          return failed(thrown);
        }
      },
      close: async () => {},
    };
  },
};
