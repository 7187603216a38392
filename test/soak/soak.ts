/**
 * `npm run soak`: half an hour of mixed honest and hostile runs against a real server; `-- --minutes N` for less or more,
 * `-- --no-docker` without containers. Prints a line every ten seconds and a summary; exits with 0 where nothing was wrong.
 */
import { parseArgs } from 'node:util';
import { missingDocker } from '../docker/local-docker.ts';
import { runSoak, SOAK_SECONDS } from './run-soak.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: { minutes: { type: 'string' }, docker: { type: 'boolean', default: true } },
});
const seconds = values.minutes === undefined ? SOAK_SECONDS.full : Number(values.minutes) * 60;
if (!(seconds > 0)) throw new Error('--minutes takes a number above 0.');
const missing = values.docker ? missingDocker() : '--no-docker';
const print = (line: string) => void process.stdout.write(`${line}\n`);
if (missing !== undefined) print(`Without containers: ${missing}`);
const { tally, grown, left } = await runSoak({ seconds, hasDocker: missing === undefined, onProgress: print });
const wrong = [...tally.wrong, ...grown, ...left.map((each) => `outlived the server: ${each}`)];
const { honest, hostile, rude } = tally;
print(
  `${honest} honest runs, ${hostile} hostile ones, ${rude} rude clients; ${wrong.length === 0 ? 'nothing was wrong' : `wrong: ${wrong.length}`}`,
);
for (const each of wrong) print(`  ${each}`);
process.exit(wrong.length === 0 ? 0 : 1);
