/** docs/benchmarks/index.html from the results: one file, no script, nothing from the network. */
import { number, quantity } from '../harness/print.ts';
import type { Results } from '../suite/results-file.ts';
import { escapeHtml } from './escape-html.ts';
import { renderPlots } from './plots.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #66707f; --line: #d8dde4; --paper: #ffffff; --ours: #2563eb; --floor: #a4adba; --other: #d97706; --good: #15803d; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --dim: #98a2b3; --line: #323a46; --paper: #12161c; --ours: #6ea0ff; --floor: #667085; --other: #f0a23c; --good: #4ade80; --bad: #f87171; } }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; } p { color: var(--dim); max-width: 46rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: left; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; font-weight: 600; } .met { color: var(--good); } .missed { color: var(--bad); }
.scroll { overflow-x: auto; } table.wide { min-width: 110rem; font-size: .8rem; } svg { width: 100%; height: auto; max-width: 45rem; display: block; font: 12px system-ui, sans-serif; }
svg .label { fill: var(--ink); } svg .value { fill: var(--dim); } svg .note { fill: var(--dim); font-size: 11px; }
svg .ours { fill: var(--ours); } svg .floor { fill: var(--floor); } svg .other { fill: var(--other); } svg .line { fill: none; stroke: var(--ours); stroke-width: 2; }
svg .whisker { stroke: var(--dim); stroke-width: 1.5; } svg .axis { stroke: var(--line); } svg .level { stroke: var(--floor); stroke-dasharray: 5 4; }
.key span { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .35em 0 1em; } .key span:first-child { margin-left: 0; }`;

/** `peers` are sections about other sandboxes, as HTML; empty where none were measured. */
export function renderHtml(results: Results, peers: string): string {
  const { header, rounds } = results;
  const { cpu, cores, memoryGb, system } = header.machine;
  const machine = `${header.takenAt} UTC, revision ${header.revision}, ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${header.node}, ${rounds} rounds`;
  const plots = renderPlots(results).map(
    ({ title, svg }) => `<h2>${escapeHtml(title)}</h2>\n<div class="scroll">${svg}</div>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Codeloom: benchmarks</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>Codeloom: benchmarks</h1>
<p>${escapeHtml(machine)}. Ratios were taken in one process, in turns; absolute times are this machine's. <a href="README.md">README.md</a> says what each case does and how to repeat it.</p>
<p class="key"><span style="background:var(--ours)"></span>Codeloom<span style="background:var(--floor)"></span>raw primitive<span style="background:var(--other)"></span>other sandboxes</p>
<h2>Targets and goals</h2>
<div class="scroll"><table>
<tr><th>what</th><th>ratio or value</th><th>target</th><th>goal</th></tr>
${claimRows(results).join('\n')}
</table></div>
${plots.join('\n')}
${peers}</body>
</html>
`;
}

function claimRows({ cases }: Results): readonly string[] {
  return cases.flatMap((report) => {
    if (report.kind !== 'measured') return [];
    return report.findings
      .filter(({ target, goal }) => target !== undefined || goal !== undefined)
      .map((finding) => {
        const { bound = 'at most', target, isMet, goal, isGoalMet } = finding;
        const cells = [verdict(bound, target, isMet), verdict(bound, goal, isGoalMet)];
        const what = escapeHtml(`${report.title}: ${finding.name}`);
        return `<tr><td>${what}</td><td class="number">${quantity(finding)}</td>${cells.join('')}</tr>`;
      });
  });
}

function verdict(bound: string, limit: number | undefined, isMet = false): string {
  if (limit === undefined) return '<td></td>';
  const word = isMet ? 'met' : 'missed';
  return `<td>${bound} ${number(limit)}: <span class="${word}">${word}</span></td>`;
}
