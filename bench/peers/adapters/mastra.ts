/** Mastra's code mode with its LocalSandbox: a Node process for each run, in a scratch folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failed, LAB_TOOL_NAMES, loadPackage, type Peer } from '../peer.ts';

interface Tools {
  createTool(options: object): object;
  createCodeModeTool(options: object): { execute(input: { code: string }, context: object): Promise<Result> };
}

interface Result {
  readonly success: boolean;
  readonly result?: unknown;
  readonly error?: object;
  readonly logs?: readonly string[];
}

/** What an agent of Mastra's would hand in; without it the tool throws. */
const CONTEXT = { observe: { span: (_name: string, work: () => unknown) => work(), log: () => {} } };

export const mastra: Peer = {
  name: '@mastra/core code mode, LocalSandbox',
  isolation: 'child process with the rights of the host',
  call: (tool, args) => `external_${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => {
    const { createTool, createCodeModeTool } = await loadPackage<Tools>('@mastra/core/tools');
    const { LocalSandbox } = await loadPackage<{ LocalSandbox: new (options: object) => { start(): Promise<void> } }>(
      '@mastra/core/workspace',
    );
    const { z } = await loadPackage<{ z: { any(): object } }>('zod');
    const offered = LAB_TOOL_NAMES.map((id) => {
      const execute = (args: unknown) => tools.call(id, args);
      return [id, createTool({ id, description: id, inputSchema: z.any(), execute })];
    });
    const folder = mkdtempSync(join(tmpdir(), 'codeloom-bench-'));
    const sandbox = new LocalSandbox({ workingDirectory: folder });
    await sandbox.start();
    const codeMode = createCodeModeTool({ tools: Object.fromEntries(offered), sandbox, timeout: timeoutMs });
    return {
      run: async (code) => {
        try {
          const { success, result, error, logs = [] } = await codeMode.execute({ code }, CONTEXT);
          return { isOk: success, value: result, words: JSON.stringify(error ?? ''), logChars: logs.join('').length };
        } catch (thrown) {
          return failed(thrown);
        }
      },
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
