/** Ten slow calls at once: whether waiting overlaps. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { catalogOf, plainServer } from '../../parts/catalogs.ts';
import { openHouse } from '../../parts/house.ts';

const CALL_MS = 50;
const PROGRAM = 'return (await Promise.all(Array.from({ length: 10 }, () => mcp.lab.wait({})))).length;';

export const tenWaits: BenchCase = {
  name: 'ten-waits',
  title: 'Ten calls of 50 ms in parallel',
  about:
    'A program makes ten calls at once to a tool that answers after 50 ms: the whole run through the spine, from the request to the outcome, program cached. Beside one bare timer of 50 ms in the same process.',
  claims: [
    { name: 'the whole run', of: ['codeloom'], target: 60, goal: 54 },
    { name: 'to one bare timer', of: ['codeloom'], to: ['bare timer'] },
  ],
  measure: async (lab) => {
    const house = openHouse({
      catalog: catalogOf(plainServer('lab', ['wait'])),
      callTool: async () => {
        await sleep(CALL_MS);
        return { kind: 'value', value: null };
      },
    });
    await lab.time(
      [
        { name: 'bare timer', run: () => sleep(CALL_MS) },
        { name: 'codeloom', run: () => house.run(PROGRAM) },
      ],
      { iterations: lab.count(40, 4), warmup: lab.count(3, 1) },
    );
    await house.close();
  },
};

await runAlone(tenWaits, { isMain: import.meta.main });
