/** Thousands of runs that all wait for a tool at the same time. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchCase, Lab } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { catalogOf, plainServer } from '../../parts/catalogs.ts';
import { openHouse } from '../../parts/house.ts';
import { readTree } from '../../parts/process-tree.ts';

const COUNTS = [1_000, 5_000];
const BARE = 'bare isolate, memory each';
const BARE_ISOLATES = fileURLToPath(new URL('../../fixtures/bare-isolates.ts', import.meta.url));
const PROGRAM = 'await mcp.lab.hold({}); return 1;';

export const waitingRuns: BenchCase = {
  name: 'waiting-runs',
  title: '1,000 and 5,000 runs that wait for a tool',
  about:
    'So many runs of one workspace are started at once (limit concurrentRuns raised to 10,000), each calls a tool and waits; when the last has called, memory is read with ps, all calls are answered, and all must complete. Memory of a run is that of all workers, less one worker with nothing to do, over the number of runs. Beside 300 bare isolates with a context each, in one process.',
  claims: COUNTS.flatMap((count) => [
    {
      name: `${count} runs, share that completed`,
      of: [`${count} runs, completed`],
      to: [{ series: 'one', times: count }],
      bound: 'at least' as const,
      ...(count === 1_000 ? { target: 1 } : { goal: 1 }),
    },
    {
      name: `${count} runs, memory each beyond a bare isolate`,
      of: [`${count} runs, memory each`, { series: BARE, times: -1 }],
      goal: 2,
    },
  ]),
  measure: async (lab) => {
    lab.record('one', 'count', [1]);
    lab.record(BARE, 'MB', [await bareIsolateMb(lab.count(300, 20))]);
    for (const count of COUNTS) await hold(lab, count, lab.isSmoke ? Math.ceil(count / 50) : count);
  },
};

/** `count` names the figures; in a smoke test fewer runs are made, and the completed ones counted for more. */
async function hold(lab: Lab, count: number, runs: number): Promise<void> {
  const allWait = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let waiting = 0;
  const house = openHouse({
    limits: { concurrentRuns: 10_000, queuedRuns: 10_000, wallMs: 120_000 },
    catalog: catalogOf(plainServer('lab', ['hold'])),
    callTool: async () => {
      waiting += 1;
      if (waiting === runs) allWait.resolve();
      await release.promise;
      return { kind: 'value', value: null };
    },
  });
  await house.run('return 1');
  await house.settle();
  const atRest = readTree(process.pid);
  const startedMs = performance.now();
  const settled = Promise.allSettled(Array.from({ length: runs }, () => house.run(PROGRAM)));
  await Promise.race([allWait.promise, settled]);
  lab.record(`${count} runs, until the last waits`, 'ms', [performance.now() - startedMs]);
  const { workersMb, workers } = readTree(process.pid);
  const restMb = workers * (atRest.workersMb / Math.max(1, atRest.workers));
  lab.record(`${count} runs, memory each`, 'MB', [(workersMb - restMb) / runs]);
  lab.record(`${count} runs, workers`, 'count', [workers]);
  const releasedMs = performance.now();
  release.resolve();
  const ends = await settled;
  lab.record(`${count} runs, from the answer to the last outcome`, 'ms', [performance.now() - releasedMs]);
  const completed = ends.filter(({ status }) => status === 'fulfilled').length;
  lab.record(`${count} runs, completed`, 'count', [(completed * count) / runs]);
  await house.close();
}

function bareIsolateMb(count: number): Promise<number> {
  return new Promise((resolve) => {
    const args = ['--no-node-snapshot', BARE_ISOLATES, String(count)];
    execFile(process.execPath, args, (_end, stdout) => resolve(Number.parseFloat(stdout)));
  });
}

await runAlone(waitingRuns, { isMain: import.meta.main });
