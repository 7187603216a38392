/** Resident memory of a server that has nothing to do. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { codeloomCommand, openSession, runJs, toolServerCommand } from '../../parts/mcp.ts';
import { readTree } from '../../parts/process-tree.ts';

const SETTLE_MS = 1_500;
/** The pool keeps one worker when it has had nothing to do for 30 s. */
const REST_MS = 33_000;

export const idleMemory: BenchCase = {
  name: 'idle-memory',
  title: 'Memory of an idle server',
  about:
    'Resident memory over stdio, read with ps: of the emptiest server of the SDK; of Codeloom after its handshake and list of tools; of Codeloom after 20 runs and a pause of 1.5 s, with its workers, its compiler and its bundler apart, which it starts when they are needed; and of the same after a rest of 33 s, when one worker is kept. (The last of them goes after five minutes, and so does the compiler.) Pages that processes share count in each.',
  claims: [
    {
      name: 'server process after the handshake, to an empty SDK server',
      of: ['codeloom: server process'],
      to: ['empty SDK server'],
      goal: 2.5,
    },
    {
      name: 'server and workers after runs, to an empty SDK server',
      of: ['codeloom after runs: server process', 'codeloom after runs: workers'],
      to: ['empty SDK server'],
    },
    {
      name: 'server and workers at rest, to an empty SDK server',
      of: ['codeloom at rest: server process', 'codeloom at rest: workers'],
      to: ['empty SDK server'],
      goal: 2.5,
    },
  ],
  measure: async (lab) => {
    const empty = await openSession(toolServerCommand());
    await empty.client.listTools();
    const codeloom = await openSession(codeloomCommand());
    await codeloom.client.listTools();
    await pause(lab.count(SETTLE_MS, 200));
    lab.record('empty SDK server', 'MB', [readTree(empty.pid).serverMb]);
    lab.record('codeloom: server process', 'MB', [readTree(codeloom.pid).serverMb]);
    for (let run = 0; run < 20; run++) await runJs(codeloom, `return ${run % 4}`);
    await pause(lab.count(SETTLE_MS, 200));
    const { serverMb, workersMb, workers, compilerMb, bundlerMb } = readTree(codeloom.pid);
    lab.record('codeloom after runs: server process', 'MB', [serverMb]);
    lab.record('codeloom after runs: workers', 'MB', [workersMb]);
    lab.record('codeloom after runs: number of workers', 'count', [workers]);
    lab.record('codeloom after runs: compiler', 'MB', [compilerMb]);
    lab.record('codeloom after runs: bundler', 'MB', [bundlerMb]);
    await pause(lab.count(REST_MS, 200));
    const rested = readTree(codeloom.pid);
    lab.record('codeloom at rest: server process', 'MB', [rested.serverMb]);
    lab.record('codeloom at rest: workers', 'MB', [rested.workersMb]);
    lab.record('codeloom at rest: number of workers', 'count', [rested.workers]);
    await Promise.all([empty.close(), codeloom.close()]);
  },
};

/** Long enough for the last worker to have come up, or gone, and for the first garbage to have gone. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await runAlone(idleMemory, { isMain: import.meta.main });
