/** Horizontal bars as inline SVG: the bar is the p50, the line behind its end reaches to the p95. No script, no network. */
import { number } from '../harness/print.ts';
import { escapeHtml } from './escape-html.ts';

export interface Bar {
  readonly label: string;
  readonly p50: number;
  readonly p95?: number;
  /** A floor is a raw primitive; ours is Codeloom; other is somebody else's. */
  readonly role: 'floor' | 'ours' | 'other';
}

export interface BarsOptions {
  readonly unit: string;
  /** For values of different magnitude; the axis says so. */
  readonly isLog?: boolean;
}

const WIDTH = 750;
const LABEL = 280;
const VALUE = 92;
const ROW = 26;
const TOP = 8;
const PLOT = WIDTH - LABEL - VALUE;

export function renderBars(bars: readonly Bar[], { unit, isLog = false }: BarsOptions): string {
  const values = bars.flatMap(({ p50, p95 = p50 }) => [p50, p95]).filter((value) => value > 0);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const floor = 10 ** Math.floor(Math.log10(least) - 0.01);
  const scale = (value: number) =>
    isLog ? (Math.log(Math.max(value, floor) / floor) / Math.log(most / floor)) * PLOT : (value / most) * PLOT;
  const rows = bars.map((bar, index) => renderBar(bar, TOP + index * ROW, scale, unit));
  const height = TOP + bars.length * ROW + 18;
  const note = isLog ? `p50 in ${unit}, line to p95; logarithmic from ${number(floor)}` : `p50 in ${unit}, line to p95`;
  const axis = `<text class="note" x="${LABEL}" y="${height - 4}">${note}</text>`;
  const label = bars.map(({ label, p50 }) => `${label} ${number(p50)} ${unit}`).join('; ');
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}">${rows.join('')}${axis}</svg>`;
}

function renderBar(
  { label, p50, p95 = p50, role }: Bar,
  y: number,
  scale: (value: number) => number,
  unit: string,
): string {
  const middle = y + ROW / 2;
  const [width, end] = [Math.max(1, scale(p50)), Math.max(1, scale(p95))];
  const whisker =
    end > width
      ? `<line class="whisker" x1="${at(LABEL + width)}" x2="${at(LABEL + end)}" y1="${middle}" y2="${middle}"/>`
      : '';
  return [
    `<text class="label" x="${LABEL - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(label)}</text>`,
    `<rect class="${role}" x="${LABEL}" y="${y + 4}" width="${at(width)}" height="${ROW - 8}" rx="2"/>`,
    whisker,
    `<text class="value" x="${at(LABEL + Math.max(width, end) + 6)}" y="${middle + 4}">${number(p50)} ${unit}</text>`,
  ].join('');
}

/** A tenth of a unit is finer than any screen. */
function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}
