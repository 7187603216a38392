/** @ai-sdk/code-mode, run directly as its README shows. */
import { failed, LAB_TOOL_NAMES, loadPackage, type Peer } from '../peer.ts';

interface CodeMode {
  experimental_runCodeMode(options: object): Promise<unknown>;
}

export const aiSdk: Peer = {
  name: '@ai-sdk/code-mode',
  isolation: 'QuickJS in WebAssembly in a worker thread',
  call: (tool, args) => `tools.${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => {
    const { experimental_runCodeMode: runCodeMode } = await loadPackage<CodeMode>('@ai-sdk/code-mode');
    const { tool } = await loadPackage<{ tool(options: object): object }>('ai');
    const { z } = await loadPackage<{ z: { any(): object } }>('zod');
    const offered = Object.fromEntries(
      LAB_TOOL_NAMES.map((name) => [
        name,
        tool({ description: name, inputSchema: z.any(), execute: (args: unknown) => tools.call(name, args) }),
      ]),
    );
    const options = { executionPolicy: { timeoutMs, memoryLimitBytes: 128 * 1024 * 1024 } };
    return {
      run: async (js) => {
        try {
          const value = await runCodeMode({ js, tools: offered, options });
          return { isOk: true, value, words: '', logChars: 0 };
        } catch (thrown) {
          return failed(thrown);
        }
      },
      close: async () => {},
    };
  },
};
