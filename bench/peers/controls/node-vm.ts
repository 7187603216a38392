/** The floor: node:vm in this process, which its own documentation calls no security mechanism. */
import { createContext, runInContext } from 'node:vm';
import { failed, type Peer } from '../peer.ts';

export const nodeVm: Peer = {
  name: 'node:vm',
  isolation: 'none',
  call: (tool, args) => `${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => ({
    run: async (program) => {
      let logChars = 0;
      const log = (...parts: unknown[]) => {
        logChars += parts.join(' ').length;
      };
      const names = ['echo', 'wait', 'never', 'fetch'] as const;
      const calls = Object.fromEntries(names.map((name) => [name, (args: unknown) => tools.call(name, args)]));
      try {
        const context = createContext({ ...calls, console: { log } });
        const value: unknown = await runInContext(`(async () => {${program}\n})()`, context, { timeout: timeoutMs });
        return { isOk: true, value, words: '', logChars };
      } catch (thrown) {
        return failed(thrown, logChars);
      }
    },
    close: async () => {},
  }),
};
