/** Reports as text for a terminal. Used by the suite and by cases that run alone. */
import { styleText } from 'node:util';
import type { CaseReport, Figure } from './case-report.ts';
import type { Finding } from './judge.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Ratios first, absolute figures below. */
export function printReport(report: CaseReport): string {
  const head = `${style('bold', report.title)} ${style('dim', `(${report.name})`)}`;
  if (report.kind !== 'measured') return `${head}\n  ${style('yellow', `${report.kind}: ${report.reason}`)}`;
  const width = Math.max(...report.figures.map(({ name }) => name.length), 0);
  return [head, ...report.findings.map(printFinding), ...report.figures.map((each) => printFigure(each, width))].join(
    '\n',
  );
}

export function printFinding(finding: Finding): string {
  const { name, bound } = finding;
  const verdict = (word: string, limit: number | undefined, isMet = false) =>
    limit === undefined
      ? ''
      : style(isMet ? 'green' : 'red', `  ${word} ${bound} ${number(limit)}: ${isMet ? 'met' : 'missed'}`);
  const value = style('bold', quantity(finding));
  return `  ${value}  ${name}${verdict('target', finding.target, finding.isMet)}${verdict('goal', finding.goal, finding.isGoalMet)}`;
}

export function quantity({ value, unit }: Pick<Finding, 'value' | 'unit'>): string {
  return unit === '×' ? `${number(value)}×` : `${number(value)} ${unit}`;
}

export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

function printFigure({ name, unit, p50, p95, samples }: Figure, width: number): string {
  const numbers = samples === 1 ? number(p50) : `p50 ${number(p50)}  p95 ${number(p95)}`;
  return style('dim', `    ${name.padEnd(width)}  ${numbers} ${unit}${samples === 1 ? '' : `  (${samples})`}`);
}

function style(name: Style, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(name, text) : text;
}
