/** secure-exec 0.2.1, the last version whose parts can be installed; results come back through a binding. */
import { failed, LAB_TOOL_NAMES, loadPackage, type Peer } from '../peer.ts';

interface Library {
  createNodeDriver(options: object): { readonly runtime: object };
  readonly NodeExecutionDriver: new (options: object) => Driver;
}

interface Driver {
  exec(code: string, options: object): Promise<{ code: number; errorMessage?: string }>;
  dispose(): void;
}

export const secureExec: Peer = {
  name: 'secure-exec',
  isolation: 'V8 isolate in a process of its own, Node emulated',
  call: (tool, args) => `SecureExec.bindings.${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => {
    const { createNodeDriver, NodeExecutionDriver } = await loadPackage<Library>('secure-exec');
    const system = createNodeDriver({});
    return {
      run: async (program) => {
        let answer: { isOk: boolean; value?: unknown; words: string } | undefined;
        let logChars = 0;
        const calls = LAB_TOOL_NAMES.map((name) => [name, (args: unknown) => tools.call(name, args)]);
        const done = async (value: unknown) => {
          answer = { isOk: true, value, words: '' };
        };
        const threw = async (words: unknown) => {
          answer = { isOk: false, words: String(words) };
        };
        const bindings = { ...Object.fromEntries(calls), done, threw };
        const driver = new NodeExecutionDriver({ system, runtime: system.runtime, bindings, memoryLimit: 128 });
        const code = `(async () => {${program}\n})().then((value) => SecureExec.bindings.done(value), (thrown) => SecureExec.bindings.threw(String(thrown && thrown.stack)));`;
        try {
          const onStdio = ({ message }: { message: string }) => {
            logChars += message.length;
          };
          const end = await driver.exec(code, {
            filePath: '/program.js',
            mode: 'run',
            cpuTimeLimitMs: timeoutMs,
            onStdio,
          });
          return { ...(answer ?? { isOk: false, words: end.errorMessage ?? `code ${end.code}` }), logChars };
        } catch (thrown) {
          return failed(thrown, logChars);
        } finally {
          driver.dispose();
        }
      },
      close: async () => {},
    };
  },
};
