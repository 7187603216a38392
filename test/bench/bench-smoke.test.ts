/** The suite works: every case runs in its process and reports numbers, and the page can be made of them. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderPlots } from '../../bench/page/plots.ts';
import { renderHtml } from '../../bench/page/render-html.ts';
import { renderReadme } from '../../bench/page/render-readme.ts';
import type { Results } from '../../bench/suite/results-file.ts';

const BENCH = fileURLToPath(new URL('../../bench/', import.meta.url));
const CASES = readdirSync(`${BENCH}cases`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));

let results: Results;

beforeAll(async () => {
  const args = [`${BENCH}bench.ts`, '--smoke', '--json', '--no-build'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 });
  results = JSON.parse(stdout) as Results;
}, 240_000);

describe('the bench suite, with small counts', () => {
  it.each(CASES)('%s reports numbers, or why there are none on this machine', (name) => {
    const report = results.cases.find((each) => each.name === name);
    if (report?.kind === 'not-available') return expect(report.reason).toMatch(/\w/);
    if (report?.kind !== 'measured') return expect(report).toMatchObject({ kind: 'measured' });
    const figures = report.figures.filter(({ p50, p95, samples }) => samples > 0 && Number.isFinite(p50 + p95));
    expect(figures).toEqual(report.figures);
    const findings = report.findings.filter(({ value }) => Number.isFinite(value));
    expect(findings).toEqual(report.findings);
    expect(report.findings.filter(({ unit, value }) => unit === '×' && value <= 0)).toEqual([]);
  });

  it('says on what it was taken', () => {
    const { machine, node, versions } = results.header;
    expect([machine.cores > 0, node, results.isSmoke]).toEqual([true, process.versions.node, true]);
    expect(Object.values(versions)).not.toContain('absent');
  });

  it('gives a page with every plot and a text with every case, and nothing from the network', () => {
    const plots = renderPlots(results).map(({ title }) => title);
    // Where there is no daemon there is no plot of containers.
    const isDocker = results.cases.some(({ name, kind }) => name === 'docker-run' && kind === 'measured');
    expect(plots).toHaveLength(isDocker ? 10 : 9);
    const html = renderHtml(results, '');
    expect(html.match(/<svg/g)).toHaveLength(plots.length);
    expect(html).not.toMatch(/NaN|undefined|Infinity|<script|<link|(?:src|href)="https?:/);
    const readme = renderReadme(results, '');
    expect(results.cases.filter(({ title }) => !readme.includes(`### ${title}`))).toEqual([]);
  });
});
