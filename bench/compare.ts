/**
 * `npm run bench:compare REF [CASE…]`: this checkout beside another revision, on this machine, now. The other revision
 * is checked out into a scratch folder with this checkout's libraries and this checkout's suite, built, and both are
 * measured case by case in alternating order; the median of the rounds counts. What the other revision cannot be asked
 * says so. `--rounds N` sets the rounds, `--smoke` makes small counts.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CaseReport } from './harness/case-report.ts';
import { number } from './harness/print.ts';
import { printHeader, readHeader } from './suite/machine.ts';
import { mergeRounds } from './suite/merge-rounds.ts';
import { createProgress } from './suite/rounds.ts';
import { spawnCase } from './suite/spawn-case.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean', default: false }, rounds: { type: 'string' } },
});
const [ref, ...names] = positionals;
if (ref === undefined) {
  console.error('Which revision? npm run bench:compare REF [-- CASE…]');
  process.exit(2);
}
const other = mkdtempSync(join(realpathSync(tmpdir()), 'codeloom-compare-'));
process.once('exit', () => {
  git('worktree', 'remove', '--force', other);
  rmSync(other, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
prepare(other, ref);
console.log(`${printHeader(readHeader(ROOT))}\n`);
await compare(other, names, values.smoke, Number(values.rounds ?? (values.smoke ? 1 : 4)));

function prepare(folder: string, revision: string): void {
  git('worktree', 'add', '--detach', folder, revision);
  symlinkSync(`${ROOT}node_modules`, join(folder, 'node_modules'));
  rmSync(join(folder, 'bench'), { recursive: true, force: true });
  cpSync(`${ROOT}bench`, join(folder, 'bench'), {
    recursive: true,
    filter: (path) => !path.startsWith(`${ROOT}bench/peers/node_modules`),
  });
  build(ROOT, 'This checkout');
  build(folder, revision);
}

/** Ends the process where it does not work: there is nothing to compare with. */
function build(cwd: string, what: string): void {
  try {
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd, stdio: 'pipe', encoding: 'utf8' });
  } catch (thrown) {
    const { stderr = '' } = thrown as { stderr?: string };
    console.error(`${what} cannot be built: ${/ERROR.*/.exec(stderr)?.[0] ?? String(thrown)}`);
    process.exit(1);
  }
}

async function compare(folder: string, chosen: readonly string[], isSmoke: boolean, rounds: number): Promise<void> {
  const files = readdirSync(`${ROOT}bench/cases`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && (chosen.length === 0 || chosen.includes(basename(file, '.ts'))))
    .toSorted();
  const progress = createProgress(files.length * rounds * 2);
  for (const file of files) {
    const reports = new Map<string, CaseReport[]>([
      [ROOT, []],
      [folder, []],
    ]);
    for (let round = 0; round < rounds; round++) {
      const isReversed = round % 2 === 1;
      for (const root of isReversed ? [folder, ROOT] : [ROOT, folder]) {
        progress.begin(`${basename(file, '.ts')}, ${root === ROOT ? 'here' : ref}, round ${round + 1} of ${rounds}`);
        const report = await spawnCase(join(root, 'bench', 'cases', file), { isSmoke, isReversed });
        progress.end(report.kind);
        reports.get(root)?.push(report);
      }
    }
    progress.clear();
    console.log(`${printBoth(mergeRounds(reports.get(ROOT) ?? []), mergeRounds(reports.get(folder) ?? []))}\n`);
  }
}

function printBoth(here: CaseReport, there: CaseReport): string {
  if (here.kind !== 'measured') return `${here.title} (${here.name}): not measured here: ${here.reason}`;
  if (there.kind !== 'measured') return `${here.title} (${here.name}): not measured at ${ref}: ${there.reason}`;
  const lines = here.figures.flatMap((figure) => {
    const same = there.figures.find(({ name }) => name === figure.name);
    if (same === undefined) return [];
    const ratio = `${number(figure.p50 / same.p50)}×`.padStart(8);
    return [`  ${ratio}  ${figure.name}: ${number(same.p50)} at ${ref}, ${number(figure.p50)} here, ${figure.unit}`];
  });
  return [`${here.title} (${here.name})`, ...lines].join('\n');
}

function git(...args: readonly string[]): void {
  execFileSync('git', args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
}
