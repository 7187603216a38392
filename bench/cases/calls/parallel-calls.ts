/** Many tool calls at once: what they cost each, and whether they travel together. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { catalogOf, plainServer } from '../../parts/catalogs.ts';
import { openHouse } from '../../parts/house.ts';

const programOf = (calls: number) =>
  `await Promise.all(Array.from({ length: ${calls} }, (_, index) => mcp.lab.echo({ index })));`;

export const parallelCalls: BenchCase = {
  name: 'parallel-calls',
  title: 'Tool calls in parallel',
  about:
    'A program makes 10, or 100, calls at once under Promise.all to a tool in the process of Codeloom; the time of the whole run, program cached. Of 100 calls, also in how many turns of the host’s event loop they arrived: fewer turns are fewer wake-ups. At most 32 calls of one run are under way at a time.',
  claims: [
    {
      name: '100 calls, arrivals per call',
      of: ['100 calls, turns with arrivals'],
      to: ['100 calls, arrivals'],
      goal: 0.99,
    },
    { name: '100 in parallel, to 100 in sequence', of: ['100 calls in parallel'], to: ['100 calls in sequence'] },
  ],
  measure: async (lab) => {
    const turns = new Set<number>();
    let turn = 0;
    let isTicking = false;
    const onCall = () => {
      turns.add(turn);
      if (isTicking) return;
      isTicking = true;
      setImmediate(() => {
        isTicking = false;
        turn += 1;
      });
    };
    const callTool = async ({ args }: { args: object }) => ({ kind: 'value' as const, value: { ...args } });
    const house = openHouse({ catalog: catalogOf(plainServer('lab', ['echo'])), callTool, onCall });
    const iterations = lab.count(100, 5);
    const turnCounts: number[] = [];
    const hundred = async () => {
      turns.clear();
      await house.run(programOf(100));
      turnCounts.push(turns.size);
    };
    const sequence = 'for (let index = 0; index < 100; index++) await mcp.lab.echo({ index });';
    await lab.time(
      [
        { name: 'a run without calls', run: () => house.run('return 1') },
        { name: '10 calls in parallel', run: () => house.run(programOf(10)) },
        { name: '100 calls in parallel', run: hundred },
        { name: '100 calls in sequence', run: () => house.run(sequence) },
      ],
      { iterations, warmup: lab.count(10, 1) },
    );
    lab.record('100 calls, turns with arrivals', 'count', turnCounts.slice(-iterations));
    lab.record('100 calls, arrivals', 'count', [100]);
    await house.close();
  },
};

await runAlone(parallelCalls, { isMain: import.meta.main });
