/** A run as a client sees it: through MCP over stdio. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { openHouse } from '../../parts/house.ts';
import { codeloomCommand, openSession, runJs, toolServerCommand } from '../../parts/mcp.ts';

const ECHO = 'bare MCP round trip';
const SPINE = 'codeloom, without MCP';
const STDIO = 'codeloom, through MCP';

export const stdioRun: BenchCase = {
  name: 'stdio-run',
  title: 'A run through MCP over stdio',
  about:
    '`run_js` with `return 1`, seen before, from a client of the SDK to a Codeloom in a process of its own. Beside the same run without MCP (the spine in the process of the measurement), and beside one call of `echo` on the emptiest server of the SDK over stdio.',
  claims: [
    {
      name: 'to the run itself and two bare MCP round trips',
      of: [STDIO],
      to: [SPINE, { series: ECHO, times: 2 }],
      goal: 1,
    },
  ],
  measure: async (lab) => {
    const [empty, codeloom] = await Promise.all([openSession(toolServerCommand()), openSession(codeloomCommand())]);
    const house = openHouse();
    await lab.time(
      [
        { name: ECHO, run: () => empty.client.callTool({ name: 'echo', arguments: { value: 1 } }) },
        { name: SPINE, run: () => house.run('return 1', { servers: [] }) },
        { name: STDIO, run: () => runJs(codeloom, 'return 1') },
      ],
      { iterations: lab.count(300, 10), warmup: lab.count(50, 3) },
    );
    await Promise.all([empty.close(), codeloom.close(), house.close()]);
  },
};

await runAlone(stdioRun, { isMain: import.meta.main });
