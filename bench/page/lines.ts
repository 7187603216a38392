/** Values against a few steps of something, as inline SVG, with level lines to hold them against. */
import { number } from '../harness/print.ts';
import { escapeHtml } from './escape-html.ts';

export interface Point {
  readonly step: string;
  readonly value: number;
}

export interface Level {
  readonly label: string;
  readonly value: number;
}

const WIDTH = 720;
const HEIGHT = 260;
const LEFT = 60;
const RIGHT = 190;
const TOP = 16;
const BOTTOM = 44;

export function renderLines(points: readonly Point[], levels: readonly Level[], unit: string, axis: string): string {
  const most = Math.max(...points.map(({ value }) => value), ...levels.map(({ value }) => value)) * 1.08;
  const x = (index: number) => LEFT + (index * (WIDTH - LEFT - RIGHT)) / Math.max(1, points.length - 1);
  const y = (value: number) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
  const path = points.map(
    ({ value }, index) => `${index === 0 ? 'M' : 'L'}${Math.round(x(index))} ${Math.round(y(value))}`,
  );
  const dots = points.map(({ step, value }, index) => {
    const [left, top] = [Math.round(x(index)), Math.round(y(value))];
    return `<circle class="ours" cx="${left}" cy="${top}" r="4"/><text class="value" x="${left}" y="${top - 9}" text-anchor="middle">${number(value)}</text><text class="label" x="${left}" y="${HEIGHT - 24}" text-anchor="middle">${escapeHtml(step)}</text>`;
  });
  const rules = levels.map(({ label, value }) => {
    const top = Math.round(y(value));
    return `<line class="level" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${top}" y2="${top}"/><text class="label" x="${WIDTH - RIGHT + 8}" y="${top + 4}">${escapeHtml(label)} ${number(value)}</text>`;
  });
  const base = `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}"/>`;
  const note = `<text class="note" x="${LEFT}" y="${HEIGHT - 6}">${escapeHtml(`${unit}, against ${axis}`)}</text>`;
  const label = points.map(({ step, value }) => `${step}: ${number(value)}`).join('; ');
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}">${base}${rules.join('')}<path class="line" d="${path.join('')}"/>${dots.join('')}${note}</svg>`;
}
