/** @utcp/code-mode, with tools in this process put in the place of those that its client would look up. */
import { failed, LAB_TOOL_NAMES, type LabToolName, loadPackage, type Peer } from '../peer.ts';

interface Client {
  getTools: () => Promise<readonly object[]>;
  callTool: (name: string, args: unknown) => Promise<unknown>;
  callToolChain(code: string, timeoutMs: number, heapMb: number): Promise<{ result: unknown; logs: readonly string[] }>;
}

export const utcp: Peer = {
  name: '@utcp/code-mode',
  isolation: 'V8 isolate in this process',
  call: (tool, args) => `lab.${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => {
    const { CodeModeUtcpClient } = await loadPackage<{ CodeModeUtcpClient: { create(): Promise<Client> } }>(
      '@utcp/code-mode',
    );
    const client = await CodeModeUtcpClient.create();
    const inputs = { type: 'object', properties: {} };
    client.getTools = async () =>
      LAB_TOOL_NAMES.map((name) => ({ name: `lab.${name}`, description: name, inputs, outputs: {}, tags: [] }));
    client.callTool = (name, args) => tools.call(name.slice('lab.'.length) as LabToolName, args);
    return {
      run: async (program) => {
        try {
          const { result, logs } = await client.callToolChain(program, timeoutMs, 128);
          const told = logs.filter((line) => line.startsWith('[ERROR]'));
          return {
            isOk: result !== null || told.length === 0,
            value: result,
            words: told.join('\n'),
            logChars: logs.join('').length,
          };
        } catch (thrown) {
          return failed(thrown);
        }
      },
      close: async () => {},
    };
  },
};
