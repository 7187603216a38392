/** The control: isolated-vm in this process, used as its documentation shows, a fresh isolate for every run. */
import ivm from 'isolated-vm';
import { failed, LAB_TOOL_NAMES, type Peer } from '../peer.ts';

export const isolatedVm: Peer = {
  name: 'isolated-vm',
  isolation: 'V8 isolate in this process',
  call: (tool, args) => `${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => ({
    run: async (program) => {
      const isolate = new ivm.Isolate({ memoryLimit: 128 });
      let logChars = 0;
      try {
        const context = await isolate.createContext();
        const log = new ivm.Callback((text: string) => {
          logChars += text.length;
        });
        await context.global.set('log', log);
        for (const name of LAB_TOOL_NAMES) {
          const reference = new ivm.Reference((args: unknown) => tools.call(name, args));
          await context.global.set(`_${name}`, reference);
        }
        const calls = LAB_TOOL_NAMES.map(
          (name) =>
            `const ${name} = (args) => _${name}.apply(undefined, [args], { arguments: { copy: true }, result: { copy: true, promise: true } });`,
        );
        const script = `${calls.join('')}const console = { log };(async () => {${program}\n})()`;
        const value: unknown = await context.eval(script, { timeout: timeoutMs, promise: true, copy: true });
        return { isOk: true, value, words: '', logChars };
      } catch (thrown) {
        return failed(thrown, logChars);
      } finally {
        if (!isolate.isDisposed) isolate.dispose();
      }
    },
    close: async () => {},
  }),
};
