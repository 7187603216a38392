/** docs/benchmarks/README.md from the results: every case in words, its ratios and its figures. */

import type { CaseReport } from '../harness/case-report.ts';
import type { Finding } from '../harness/judge.ts';
import { number, quantity } from '../harness/print.ts';
import type { Results } from '../suite/results-file.ts';

export function renderReadme(results: Results, peers: string): string {
  const { header, rounds, cases } = results;
  const { cpu, cores, memoryGb, system } = header.machine;
  const versions = Object.entries(header.versions).map(([name, version]) => `${name} ${version}`);
  return `# Benchmarks

Written by \`npm run bench -- --save baseline\` from [bench/results/baseline.json](../../bench/results/baseline.json); [index.html](index.html) shows the same as plots.

Taken ${header.takenAt} UTC at revision ${header.revision} on ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${header.node}; ${versions.join(', ')}.
Absolute times are that machine's and are there for orientation. What counts is the ratios: both sides of a ratio were taken in turns in one process.

| command | does |
|---|---|
| \`npm run bench\` | the whole suite, about ten minutes |
| \`npm run bench -- CASE…\` | the cases named |
| \`npm run bench -- --smoke\` | small counts that only show that it works |
| \`npm run bench:peers\` | Codeloom beside other sandboxes: speed, and how each behaves |
| \`npm run bench:compare REF\` | this checkout beside another revision, in alternating order |
| \`node bench/cases/run/warm-run.ts\` | one case alone, in this process |

How it is measured: each case runs in a fresh process of its own, ${rounds} rounds, with the order of the cases, and of the subjects within a case, reversed in every second round. Within a case
[tinybench](https://github.com/tinylibs/tinybench) takes the samples, in turns of the subjects. A number is the median over the rounds of each round's p50 (or p95); a ratio is the median over the rounds of the ratio of that round's p50.
A target is what this version promises; a goal is where it is going. What a missed one is made of stands in [performance.md](../performance.md).

## Targets and goals

| what | ratio or value | target | goal |
|---|---|---|---|
${cases.flatMap(claimRows).join('\n')}

## Cases

${cases.map(renderCase).join('\n\n')}
${peers}`;
}

function claimRows(report: CaseReport): readonly string[] {
  if (report.kind !== 'measured') return [];
  return report.findings
    .filter(({ target, goal }) => target !== undefined || goal !== undefined)
    .map((finding) => {
      const { bound, target, isMet, goal, isGoalMet } = finding;
      const cells = [verdict(bound, target, isMet), verdict(bound, goal, isGoalMet)];
      return `| ${report.title}: ${finding.name} | ${quantity(finding)} | ${cells.join(' | ')} |`;
    });
}

function verdict(bound: Finding['bound'], limit: number | undefined, isMet: boolean | undefined): string {
  if (limit === undefined) return '';
  return `${bound} ${number(limit)}: ${isMet === true ? 'met' : '**missed**'}`;
}

function renderCase(report: CaseReport): string {
  const head = `### ${report.title}\n\n\`npm run bench -- ${report.name}\`\n\n${report.about}`;
  if (report.kind !== 'measured') return `${head}\n\nNot measured here: ${report.reason}`;
  const findings = report.findings.map((finding) => `- ${finding.name}: **${quantity(finding)}**`);
  const figures = report.figures.map(
    ({ name, unit, p50, p95, samples }) =>
      `| ${name} | ${number(p50)} | ${samples > 1 && p95 !== p50 ? number(p95) : ''} | ${unit} | ${samples} |`,
  );
  const table = ['| | p50 | p95 | | samples |', '|---|---|---|---|---|', ...figures].join('\n');
  return `${head}\n\n${findings.length === 0 ? '' : `${findings.join('\n')}\n\n`}${table}`;
}
