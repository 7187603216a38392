/** Honest runs per second, against how many are asked for at a time. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { type House, openHouse } from '../../parts/house.ts';

const CONCURRENCIES = [1, 8, 64];
const BARE_RUNS = fileURLToPath(new URL('../../fixtures/bare-runs.ts', import.meta.url));

export const throughput: BenchCase = {
  name: 'throughput',
  title: 'Runs per second',
  about:
    '`return 1`, cached, with 1, 8 and 64 runs under way at any time, from one process of Codeloom. Beside bare isolated-vm: one process, and as many as the machine has cores, each of which creates an isolate and a context, evaluates, and disposes, in a loop that does nothing else.',
  claims: [
    {
      name: '64 at a time, to bare isolates on all cores',
      of: ['codeloom, 64 at a time'],
      to: ['bare isolates, all cores'],
      bound: 'at least',
      goal: 0.8,
    },
  ],
  measure: async (lab) => {
    const forMs = lab.count(2_000, 100);
    lab.record('bare isolates, one core', 'per second', [await bareRate(1, forMs)]);
    lab.record('bare isolates, all cores', 'per second', [await bareRate(availableParallelism(), forMs)]);
    for (const concurrency of CONCURRENCIES) {
      const house = openHouse();
      await rateOf(house, concurrency, forMs);
      lab.record(`codeloom, ${concurrency} at a time`, 'per second', [await rateOf(house, concurrency, forMs)]);
      await house.close();
    }
  },
};

async function rateOf(house: House, concurrency: number, forMs: number): Promise<number> {
  const startedMs = performance.now();
  let runs = 0;
  const client = async () => {
    while (performance.now() < startedMs + forMs) {
      await house.run('return 1', { servers: [] });
      runs += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return runs / ((performance.now() - startedMs) / 1000);
}

async function bareRate(processes: number, forMs: number): Promise<number> {
  const counts = await Promise.all(Array.from({ length: processes }, () => countBareRuns(forMs)));
  return counts.reduce((sum, count) => sum + count, 0) / (forMs / 1000);
}

/** Read from what it printed; it ends itself with SIGKILL, because isolates may take a process down as it exits. */
function countBareRuns(forMs: number): Promise<number> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--no-node-snapshot', BARE_RUNS, String(forMs)], (_end, stdout) =>
      resolve(Number(stdout)),
    );
  });
}

await runAlone(throughput, { isMain: import.meta.main });
