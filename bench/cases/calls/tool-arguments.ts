/** Large arguments on their way out of a program. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { openBarePipe } from '../../parts/bare/bare-pipe.ts';
import { catalogOf, plainServer } from '../../parts/catalogs.ts';
import { openHouse } from '../../parts/house.ts';
import { payloadOf, SIZES } from '../../parts/payloads.ts';

const CALLS = 6;
const MIB = 1024 * 1024;
/** The program makes its arguments itself, as `payloadOf` does. */
const programOf = (items: number) => `const items = Array.from({ length: ${items} }, (_, id) => (
  { id, title: 'Item number ' + id, open: id % 2 === 0, labels: ['bug', 'help wanted'], score: id / 7 }));
for (let index = 0; index < ${CALLS}; index++) await mcp.lab.store({ items });`;

export const toolArguments: BenchCase = {
  name: 'tool-arguments',
  title: 'Tool arguments of 1 KB to 4 MB',
  about: `A program makes ${CALLS} calls, one after another, with a list of records of so many bytes of JSON as arguments, to a tool in the process of Codeloom that answers null; a sample is the time from one call's arrival to the next one's: the arguments become text in the isolate, cross its wall and the pipe, and are parsed. Limits of 1 MiB are raised. Beside one JSON.stringify, one write of the text through a pipe to a child process that acknowledges it, and one JSON.parse.`,
  claims: SIZES.map(({ name }) => ({
    name: `${name}, to stringify, write and parse`,
    of: [`codeloom, ${name}`],
    to: [`bare, ${name}`],
  })),
  measure: async (lab) => {
    let arrivals: number[] = [];
    const house = openHouse({
      limits: { argsBytes: 8 * MIB, frameBytes: 16 * MIB },
      catalog: catalogOf(plainServer('lab', ['store'])),
      callTool: async () => ({ kind: 'value', value: null }),
      onCall: () => arrivals.push(performance.now()),
    });
    const pipe = openBarePipe('ack');
    for (const { name, bytes } of SIZES) {
      const value = payloadOf(bytes);
      const program = programOf(Array.isArray(value.items) ? value.items.length : 0);
      const intervals: number[] = [];
      const bare = async () => {
        const text = JSON.stringify(value);
        await pipe.roundTrip(text);
        JSON.parse(text);
      };
      const runs = async () => {
        arrivals = [];
        await house.run(program);
        intervals.push(...arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at)));
      };
      const iterations = lab.count(bytes > 500_000 ? 15 : 40, 1);
      await lab.time(
        [
          { name: `bare, ${name}`, run: bare },
          { name: `codeloom, a run with ${CALLS} arguments of ${name}`, run: runs },
        ],
        { iterations, warmup: lab.count(5, 0) },
      );
      lab.record(`codeloom, ${name}`, 'ms', intervals.slice(-iterations * (CALLS - 1)));
    }
    pipe.close();
    await house.close();
  },
};

await runAlone(toolArguments, { isMain: import.meta.main });
