/**
 * `npm run bench:peers [-- PEER…]`: Codeloom beside other sandboxes, in speed and in behaviour. Installs them into
 * bench/peers/node_modules first, where the project's own install never looks. A peer that cannot be installed or
 * opened is a row that says so. Without names the results are kept as bench/results/peers.json and docs/benchmarks is
 * written anew; `--no-install` takes what is there, `--smoke` makes small counts and keeps nothing.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CaseReport } from './harness/case-report.ts';
import { number } from './harness/print.ts';
import { writePage } from './page/write-page.ts';
import { loadPeer, PEERS } from './peers/all-peers.ts';
import { BEHAVIOURS } from './peers/battery/behaviours.ts';
import { observe } from './peers/battery/watch-child.ts';
import type { PeerResults, PeerRow } from './peers/results.ts';
import { SPEED_NAMES } from './peers/speed-names.ts';
import { printHeader, readHeader } from './suite/machine.ts';
import { mergeRounds } from './suite/merge-rounds.ts';
import { resultsPath, writeResults } from './suite/results-file.ts';
import { createProgress, type Progress } from './suite/rounds.ts';
import { spawnCase } from './suite/spawn-case.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SPEED = fileURLToPath(new URL('./peers/speed.ts', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    smoke: { type: 'boolean', default: false },
    install: { type: 'boolean', default: true },
    rounds: { type: 'string', default: '3' },
  },
});
const isSmoke = values.smoke;
const rounds = isSmoke ? 1 : Number(values.rounds);
const names = positionals.length === 0 ? [...PEERS.keys()] : positionals;
const installation = values.install ? install() : undefined;
if (installation !== undefined) console.error(`The peers cannot be installed: ${installation}`);
execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
const header = readHeader(ROOT);
console.log(`${printHeader(header)}\n`);
const progress = createProgress(names.length * (SPEED_NAMES.length * rounds + BEHAVIOURS.length));
const timed = await timeAll(progress);
const rows: PeerRow[] = [];
for (const name of names) {
  const { name: title, isolation } = await loadPeer(name);
  rows.push({ name: title, isolation, speeds: timed.get(name) ?? [], cells: await observeAll(name, progress) });
}
progress.clear();
for (const row of rows) console.log(`${printRow(row)}\n`);
const results: PeerResults = {
  schema: 1,
  header,
  rounds,
  speeds: SPEED_NAMES,
  behaviours: BEHAVIOURS.map((each) => each.name),
  rows,
};
if (!isSmoke && positionals.length === 0) {
  writeResults(resultsPath('peers'), results);
  writePage();
}

/** Why it did not work, in npm's words. `npm ci` refuses a lock without the optional parts for other platforms. */
function install(): string | undefined {
  try {
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
      cwd: `${ROOT}bench/peers`,
      stdio: 'pipe',
      encoding: 'utf8',
    });
    return undefined;
  } catch (thrown) {
    const { stderr = '' } = thrown as { stderr?: string };
    return /npm error .*/.exec(stderr)?.[0] ?? String(thrown);
  }
}

/** The peers in turns at each thing, backwards in every second round, so that the machine's moods hit all alike. */
async function timeAll(steps: Progress): Promise<ReadonlyMap<string, PeerRow['speeds']>> {
  const reports = new Map<string, CaseReport[]>();
  for (let round = 0; round < rounds; round++) {
    for (const speed of SPEED_NAMES) {
      for (const name of round % 2 === 1 ? names.toReversed() : names) {
        steps.begin(`${name}: ${speed}`);
        const report = await spawnCase(SPEED, { isSmoke, isReversed: false }, [name, speed]);
        steps.end(report.kind);
        const key = `${name} ${speed}`;
        reports.set(key, [...(reports.get(key) ?? []), report]);
      }
    }
  }
  const merged = (key: string) => {
    const report = mergeRounds(reports.get(key) ?? []);
    return report.kind === 'measured' ? (report.figures[0] ?? { reason: 'no figure' }) : { reason: report.reason };
  };
  return new Map(names.map((name) => [name, SPEED_NAMES.map((speed) => merged(`${name} ${speed}`))]));
}

async function observeAll(name: string, steps: Progress): Promise<PeerRow['cells']> {
  const cells: PeerRow['cells'][number][] = [];
  for (const [index, behaviour] of BEHAVIOURS.entries()) {
    steps.begin(`${name}: ${behaviour.name}`);
    const cell = await observe(name, index);
    steps.end(cell.text);
    cells.push(cell);
  }
  return cells;
}

function printRow({ name, isolation, speeds, cells }: PeerRow): string {
  const fast = speeds.map((speed, index) => {
    const told =
      'reason' in speed ? speed.reason.split('\n')[0] : `p50 ${number(speed.p50)}  p95 ${number(speed.p95)} ms`;
    return `    ${(SPEED_NAMES[index] ?? '').padEnd(32)} ${told}`;
  });
  const seen = cells.map(({ text, isGood, peakMb }, index) => {
    const mark = isGood ? '+' : '-';
    return `  ${mark} ${(BEHAVIOURS[index]?.name ?? '').padEnd(32)} ${text} (peak ${peakMb} MB)`;
  });
  return [`${name}: ${isolation}`, ...fast, ...seen].join('\n');
}
