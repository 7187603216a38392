/** The peers as tables, for the page and for the README: one row a sandbox, speed first, then behaviour. */
import { number } from '../harness/print.ts';
import type { PeerResults, PeerRow } from '../peers/results.ts';
import { renderBars } from './bars.ts';
import { escapeHtml } from './escape-html.ts';

/** From here on a cell tells how much memory was taken. */
const NOTABLE_MB = 500;

export const PEERS_ABOUT =
  'Every cell was observed in a process of its own, in the run that wrote this page. First run: from loading the library to the first result. The others are warm: p50 of the whole run, or its share of one call. Each peer is used as its documentation shows, a fresh sandbox for every run, heap 128 MB where it can be set; none is given help that it does not give itself. In the battery a run has 2 s to live, the process that hosts it 10 s and 3 GB.';

export function peersMarkdown(results: PeerResults | undefined): string {
  if (results === undefined) return '';
  const { header, rounds, speeds, behaviours, rows } = results;
  const speedRows = rows.map(
    ({ name, ...row }) =>
      `| ${name} | ${row.isolation} | ${row.speeds.map((speed) => plain(speedText(speed))).join(' | ')} |`,
  );
  const battery = behaviours.map((behaviour, index) => {
    const cells = rows.map(
      ({ name, cells }) => `| ${name} | ${cells[index]?.isGood ? 'yes' : 'no'} | ${plain(cellText(cells[index]))} |`,
    );
    return `### ${behaviour}\n\n| | as one would want | observed |\n|---|---|---|\n${cells.join('\n')}`;
  });
  return `
## Peers

Written by \`npm run bench:peers\` from [bench/results/peers.json](../../bench/results/peers.json), taken ${header.takenAt} UTC at revision ${header.revision}, ${rounds} rounds. ${PEERS_ABOUT}

Times in ms.

| | isolation | ${speeds.join(' | ')} |
|---|---|${speeds.map(() => '---|').join('')}
${speedRows.join('\n')}

${battery.join('\n\n')}
`;
}

export function peersHtml(results: PeerResults | undefined): string {
  if (results === undefined) return '';
  const { speeds, behaviours, rows } = results;
  const plots = ['warm run', 'one call of 100 in parallel', 'ten calls of 50 ms'].map((speed) =>
    plotOf(results, speeds.indexOf(speed)),
  );
  const head = (cells: readonly string[]) =>
    `<tr><th></th>${cells.map((cell) => `<th>${escapeHtml(cell)}</th>`).join('')}</tr>`;
  const speedRows = rows.map(
    (row) =>
      `<tr><td>${escapeHtml(row.name)}</td><td>${escapeHtml(row.isolation)}</td>${row.speeds.map((speed) => `<td class="number">${escapeHtml(speedText(speed))}</td>`).join('')}</tr>`,
  );
  const battery = behaviours.map((behaviour, index) => {
    const cells = rows.map(({ cells }) => {
      const cell = cells[index];
      return `<td class="${cell?.isGood ? 'met' : 'missed'}">${escapeHtml(cellText(cell))}</td>`;
    });
    return `<tr><th>${escapeHtml(behaviour)}</th>${cells.join('')}</tr>`;
  });
  return `<h2>Beside other sandboxes</h2>
<p>${escapeHtml(PEERS_ABOUT)}</p>
${plots.join('\n')}
<h2>Beside other sandboxes: all times, in ms</h2>
<div class="scroll"><table>
${head(['isolation', ...speeds])}
${speedRows.join('\n')}
</table></div>
<h2>Beside other sandboxes: what happens when programs go wrong</h2>
<div class="scroll"><table class="wide">
${head(rows.map(({ name }) => name))}
${battery.join('\n')}
</table></div>
`;
}

function plotOf({ rows, speeds }: PeerResults, index: number): string {
  const bars = rows.flatMap(({ name, speeds: taken }) => {
    const speed = taken[index];
    if (speed === undefined || 'reason' in speed) return [];
    const role = name === 'codeloom' ? ('ours' as const) : floorOr(name);
    return [{ label: name, p50: speed.p50, p95: speed.p95, role }];
  });
  if (bars.length === 0) return '';
  const svg = renderBars(bars, { unit: 'ms', isLog: true });
  return `<h2>Beside other sandboxes: ${escapeHtml(speeds[index] ?? '')}</h2>\n<div class="scroll">${svg}</div>`;
}

function floorOr(name: string): 'floor' | 'other' {
  return name === 'node:vm' || name === 'isolated-vm' ? 'floor' : 'other';
}

function speedText(speed: PeerRow['speeds'][number]): string {
  return 'reason' in speed ? `failed: ${speed.reason.slice(0, 80)}` : number(speed.p50);
}

function cellText(cell: PeerRow['cells'][number] | undefined): string {
  if (cell === undefined) return 'not observed';
  return cell.peakMb >= NOTABLE_MB ? `${cell.text} (peak ${number(cell.peakMb)} MB)` : cell.text;
}

/** On one line, and no table of Markdown breaks on it. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
