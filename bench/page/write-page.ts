/** Writes docs/benchmarks from the committed results. Runs after the suite has saved a baseline, and by itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Results, readResults, resultsPath } from '../suite/results-file.ts';
import { renderHtml } from './render-html.ts';
import { renderReadme } from './render-readme.ts';

const FOLDER = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url));

export function writePage(): void {
  const results = readResults<Results>(resultsPath('baseline'));
  if (results === undefined)
    throw new Error('There is no bench/results/baseline.json; run npm run bench -- --save baseline.');
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}index.html`, renderHtml(results, ''));
  writeFileSync(`${FOLDER}README.md`, renderReadme(results, ''));
}

if (import.meta.main) writePage();
