/** A warm run: what a client pays for running again what it has run before. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { timeBareRun, timeBareRunAsync } from '../../parts/bare/bare-isolate.ts';
import { openHouse } from '../../parts/house.ts';

const CODE = 'return 1';
const BARE = 'bare isolate: create, context, eval';
const BACK_TO_BACK = 'codeloom, back to back';
const READY = 'codeloom, isolates ready';

export const warmRun: BenchCase = {
  name: 'warm-run',
  title: 'A run of a program seen before',
  about:
    '`return 1` through the spine (admission, cached type-check and bundle, engine, a fresh isolate in a worker process, outcome), beside a bare isolated-vm isolate that is created, given a context and made to evaluate `1` in the process of the measurement. Back to back, the next run starts as soon as the last has ended and waits for its isolate where none is ready yet; with isolates ready, it starts when the engine has made them.',
  claims: [
    { name: 'back to back, to a bare isolate', of: [BACK_TO_BACK], to: [BARE], target: 1 },
    { name: 'isolates ready, to a bare isolate', of: [READY], to: [BARE], goal: 0.3 },
  ],
  measure: async (lab) => {
    const house = openHouse();
    const run = () => house.run(CODE, { servers: [] });
    await run();
    const ready = async () => {
      await house.settle();
      const startedMs = performance.now();
      await run();
      return { overriddenDuration: performance.now() - startedMs };
    };
    await lab.time(
      [
        { name: BARE, run: () => timeBareRun('1') },
        { name: 'bare isolate, asynchronous interface', run: () => timeBareRunAsync('1') },
        { name: BACK_TO_BACK, run },
        { name: READY, run: ready },
      ],
      { iterations: lab.count(500, 20), warmup: lab.count(100, 5) },
    );
    await house.close();
  },
};

await runAlone(warmRun, { isMain: import.meta.main });
