/** Large results on their way into a program. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { openBarePipe } from '../../parts/bare/bare-pipe.ts';
import { catalogOf, plainServer } from '../../parts/catalogs.ts';
import { openHouse } from '../../parts/house.ts';
import { payloadOf, SIZES } from '../../parts/payloads.ts';

const CALLS = 6;
const PROGRAM = `let count = 0;
for (let index = 0; index < ${CALLS}; index++) count += (await mcp.lab.fetch({})).items.length;
return count;`;

export const toolResults: BenchCase = {
  name: 'tool-results',
  title: 'Tool results of 1 KB to 4 MB',
  about: `A program makes ${CALLS} calls, one after another, to a tool in the process of Codeloom whose result is a list of records of so many bytes of JSON; a sample is the time from one call's arrival to the next one's: the result becomes text, crosses the pipe and the isolate's wall, and is parsed there. Beside the least that must happen: one JSON.stringify, one write of the text through a pipe to a child process that acknowledges it, one JSON.parse.`,
  claims: SIZES.map(({ name }) => ({
    name: `${name}, to stringify, write and parse`,
    of: [`codeloom, ${name}`],
    to: [`bare, ${name}`],
    ...(name === '1 MB' ? { goal: 1.5 } : {}),
  })),
  measure: async (lab) => {
    let value = payloadOf(1);
    let arrivals: number[] = [];
    const house = openHouse({
      catalog: catalogOf(plainServer('lab', ['fetch'])),
      callTool: async () => ({ kind: 'value', value }),
      onCall: () => arrivals.push(performance.now()),
    });
    const pipe = openBarePipe('ack');
    for (const { name, bytes } of SIZES) {
      value = payloadOf(bytes);
      const intervals: number[] = [];
      const bare = async () => {
        const text = JSON.stringify(value);
        await pipe.roundTrip(text);
        JSON.parse(text);
      };
      const runs = async () => {
        arrivals = [];
        await house.run(PROGRAM);
        intervals.push(...arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at)));
      };
      const iterations = lab.count(bytes > 500_000 ? 15 : 40, 1);
      await lab.time(
        [
          { name: `bare, ${name}`, run: bare },
          { name: `codeloom, a run with ${CALLS} results of ${name}`, run: runs },
        ],
        { iterations, warmup: lab.count(5, 0) },
      );
      lab.record(`codeloom, ${name}`, 'ms', intervals.slice(-iterations * (CALLS - 1)));
    }
    pipe.close();
    await house.close();
  },
};

await runAlone(toolResults, { isMain: import.meta.main });
