/** @tanstack/ai-isolate-node behind @tanstack/ai-code-mode: its driver, and its own stripping of types. */
import { LAB_TOOL_NAMES, loadPackage, type Peer } from '../peer.ts';

interface Result {
  readonly success: boolean;
  readonly value?: unknown;
  readonly error?: object;
  readonly logs?: readonly string[];
}

interface Driver {
  createContext(config: object): Promise<{ execute(code: string): Promise<Result>; dispose(): Promise<void> }>;
}

export const tanstack: Peer = {
  name: '@tanstack/ai-isolate-node',
  isolation: 'V8 isolate in this process',
  call: (tool, args) => `${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => {
    const { createNodeIsolateDriver } = await loadPackage<{ createNodeIsolateDriver(config: object): Driver }>(
      '@tanstack/ai-isolate-node',
    );
    const { stripTypeScript } = await loadPackage<{ stripTypeScript(code: string): Promise<string> }>(
      '@tanstack/ai-code-mode',
    );
    const driver = createNodeIsolateDriver({ timeout: timeoutMs, memoryLimit: 128 });
    const bindings = Object.fromEntries(
      LAB_TOOL_NAMES.map((name) => {
        const execute = (args: unknown) => tools.call(name, args);
        return [name, { name, description: name, inputSchema: { type: 'object' }, execute }];
      }),
    );
    return {
      run: async (program) => {
        const context = await driver.createContext({ bindings, timeout: timeoutMs, memoryLimit: 128 });
        const { success, value, error, logs = [] } = await context.execute(await stripTypeScript(program));
        await context.dispose();
        const words = error === undefined ? '' : JSON.stringify({ ...error });
        return { isOk: success, value, words, logChars: logs.join('').length };
      },
      close: async () => {},
    };
  },
};
