/** One tool call after another: the round trip out of the sandbox and back. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { createBareBridge } from '../../parts/bare/bare-isolate.ts';
import { openBarePipe } from '../../parts/bare/bare-pipe.ts';
import { catalogOf, plainServer } from '../../parts/catalogs.ts';
import { openHouse } from '../../parts/house.ts';

const CALLS = 100;
const PROGRAM = `for (let index = 0; index < ${CALLS}; index++) await mcp.lab.echo({ index });`;
/** As long as the frame of such a call. */
const MESSAGE = 'x'.repeat(80);
const PIPE = 'bare pipe, round trip';
const BRIDGE = 'bare isolate, in and out';
const CALL = 'codeloom, one call in sequence';

export const toolCall: BenchCase = {
  name: 'tool-call',
  title: 'One tool call',
  about: `A program makes ${CALLS} calls, one after another, to a tool in the process of Codeloom that answers at once; a sample is the time from one call's arrival to the next one's, which holds the reply's way into the isolate and the next call's way out. Beside its two parts, bare: a round trip of 80 bytes over a pipe to a child process, and once into an isolate and out.`,
  claims: [{ name: 'to a bare pipe and a bare isolate', of: [CALL], to: [PIPE, BRIDGE], target: 3, goal: 1.5 }],
  measure: async (lab) => {
    let arrivals: number[] = [];
    const house = openHouse({
      catalog: catalogOf(plainServer('lab', ['echo'])),
      callTool: async ({ args }) => ({ kind: 'value', value: args }),
      onCall: () => arrivals.push(performance.now()),
    });
    const intervals: number[] = [];
    const runs = async () => {
      arrivals = [];
      await house.run(PROGRAM);
      intervals.push(...arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at)));
    };
    const pipe = openBarePipe('echo');
    const bridge = createBareBridge();
    const hundredTimes = (work: () => unknown) => async () => {
      const startedMs = performance.now();
      for (let index = 0; index < CALLS; index++) await work();
      return { overriddenDuration: (performance.now() - startedMs) / CALLS };
    };
    const iterations = lab.count(60, 5);
    await lab.time(
      [
        { name: PIPE, run: hundredTimes(() => pipe.roundTrip(MESSAGE)) },
        { name: BRIDGE, run: hundredTimes(() => bridge.cross(MESSAGE)) },
        { name: `codeloom, a run with ${CALLS} calls in sequence`, run: runs },
      ],
      { iterations, warmup: lab.count(10, 1) },
    );
    lab.record(CALL, 'ms', intervals.slice(-iterations * (CALLS - 1)));
    pipe.close();
    bridge.dispose();
    await house.close();
  },
};

await runAlone(toolCall, { isMain: import.meta.main });
