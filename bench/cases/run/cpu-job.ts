/** A program that computes: what the sandbox takes from the processor's speed. */
import { runInNewContext } from 'node:vm';
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { timeBareRun } from '../../parts/bare/bare-isolate.ts';
import { CPU_JOB, CPU_JOB_SCRIPT } from '../../parts/cpu-job.ts';
import { openHouse } from '../../parts/house.ts';

export const cpuJob: BenchCase = {
  name: 'cpu-job',
  title: 'A processor job',
  about:
    '100,000 rows are built, grouped and sorted. Through the spine with the program cached, beside a new bare isolate, and beside node:vm, which isolates nothing.',
  claims: [{ name: 'codeloom, to a bare isolate', of: ['codeloom'], to: ['bare isolate'] }],
  measure: async (lab) => {
    const house = openHouse();
    await lab.time(
      [
        { name: 'node:vm', run: () => runInNewContext(CPU_JOB_SCRIPT) },
        { name: 'bare isolate', run: () => timeBareRun(CPU_JOB_SCRIPT) },
        { name: 'codeloom', run: () => house.run(CPU_JOB, { servers: [] }) },
      ],
      { iterations: lab.count(30, 3), warmup: lab.count(3, 1) },
    );
    await house.close();
  },
};

await runAlone(cpuJob, { isMain: import.meta.main });
