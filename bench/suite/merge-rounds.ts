/** Several rounds of one case as one report: the median of what the rounds gave, each number for itself. */

import type { CaseReport, Figure } from '../harness/case-report.ts';
import { type Finding, withVerdict } from '../harness/judge.ts';
import { median, rounded } from '../harness/statistics.ts';

type Measured = Extract<CaseReport, { kind: 'measured' }>;

/** Where a round did not come to numbers, the others count; where none did, the first reason is told. */
export function mergeRounds(rounds: readonly CaseReport[]): CaseReport {
  const measured = rounds.filter((round): round is Measured => round.kind === 'measured');
  const [first] = measured;
  if (first === undefined) return rounds[0] ?? nothing();
  const figures = first.figures.map((figure) => mergeFigure(figure, measured));
  const findings = first.findings.map((finding) => mergeFinding(finding, measured));
  return { ...first, figures, findings };
}

function mergeFigure(figure: Figure, rounds: readonly Measured[]): Figure {
  const same = rounds.flatMap(({ figures }) => figures.filter(({ name }) => name === figure.name));
  const p50 = rounded(median(same.map((each) => each.p50)));
  const p95 = rounded(median(same.map((each) => each.p95)));
  return { ...figure, p50, p95, samples: same.reduce((sum, { samples }) => sum + samples, 0) };
}

function mergeFinding(finding: Finding, rounds: readonly Measured[]): Finding {
  const same = rounds.flatMap(({ findings }) => findings.filter(({ name }) => name === finding.name));
  return withVerdict({ ...finding, value: rounded(median(same.map(({ value }) => value))) }, finding);
}

function nothing(): CaseReport {
  return { name: 'none', title: 'none', about: '', kind: 'failed', reason: 'There was no round.' };
}
