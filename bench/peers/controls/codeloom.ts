/** Codeloom itself, as the suite composes it. */
import { catalogOf, plainServer } from '../../parts/catalogs.ts';
import { openHouse } from '../../parts/house.ts';
import { LAB_TOOL_NAMES, type LabToolName, type Peer } from '../peer.ts';

export const codeloom: Peer = {
  name: 'codeloom',
  isolation: 'V8 isolate in a pooled, bounded child process',
  call: (tool, args) => `mcp.lab.${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => {
    const house = openHouse({
      catalog: catalogOf(plainServer('lab', LAB_TOOL_NAMES)),
      callTool: async ({ tool, args }) => {
        const value = await tools.call(tool.name as LabToolName, args);
        return { kind: 'value', value: (value ?? null) as null };
      },
    });
    return {
      run: async (program) => {
        const outcome = await house.outcomeOf(program, { timeoutMs });
        const { kind, result, error, diagnostics = [], logs, toolCalls } = outcome;
        const told = [error, ...diagnostics, ...toolCalls.filter(({ ok }) => !ok)].filter((each) => each !== undefined);
        const logChars = logs.reduce((sum, { text }) => sum + text.length, 0);
        return {
          isOk: kind === 'completed',
          value: result,
          words: told.map((each) => JSON.stringify(each)).join('\n'),
          logChars,
        };
      },
      close: () => house.close(),
    };
  },
};
