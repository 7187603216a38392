/**
 * `npm run bench`: the whole suite; `npm run bench -- CASE…`: the cases named. Every case runs in fresh processes, round
 * after round, the order reversed each time; ratios are printed first. `--smoke` makes small counts that only show that
 * it works, `--rounds N` sets the rounds, `--save NAME` keeps the results as bench/results/NAME.json instead of under
 * local/; `--save baseline` writes docs/benchmarks anew; `--json` prints the results and keeps nothing; `--no-build` takes
 * dist/ as it is.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printReport } from './harness/print.ts';
import { writePage } from './page/write-page.ts';
import { printHeader, readHeader } from './suite/machine.ts';
import { type Results, resultsPath, writeResults } from './suite/results-file.ts';
import { runRounds } from './suite/rounds.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CASES = fileURLToPath(new URL('./cases/', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    smoke: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    build: { type: 'boolean', default: true },
    rounds: { type: 'string' },
    save: { type: 'string', default: 'local/latest' },
  },
});
const isSmoke = values.smoke;
const rounds = Number(values.rounds ?? (isSmoke ? 1 : 3));
const files = chooseFiles(positionals);
if (values.save === 'baseline' && (isSmoke || positionals.length > 0)) {
  console.error('A baseline is the whole suite at full counts, from one machine in one go.');
  process.exit(2);
}
if (values.build)
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
const header = readHeader(ROOT);
if (!values.json) console.log(`${printHeader(header)}\n`);
if (isSmoke && !values.json) console.log('Smoke: counts are too small for the numbers to mean anything.\n');
const results: Results = { schema: 1, header, rounds, isSmoke, cases: await runRounds({ files, rounds, isSmoke }) };
if (values.json) console.log(JSON.stringify(results));
else {
  console.log(results.cases.map(printReport).join('\n\n'));
  writeResults(resultsPath(values.save), results);
  if (values.save === 'baseline') writePage();
}
process.exitCode = results.cases.some(({ kind }) => kind === 'failed') ? 1 : 0;

/** The files of the cases named, or all; ends the process where a name is none. */
function chooseFiles(names: readonly string[]): readonly string[] {
  const all = readdirSync(CASES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const known = new Map(all.toSorted().map((file) => [basename(file, '.ts'), join(CASES, file)]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    console.error(`There is no case ${unknown.join(', ')}. There are ${[...known.keys()].join(', ')}.`);
    process.exit(2);
  }
  return names.length === 0 ? [...known.values()] : names.map((name) => known.get(name) ?? '');
}
