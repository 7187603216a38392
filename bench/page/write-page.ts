/** Writes docs/benchmarks from the committed results. Runs after the suite has saved a baseline, and by itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PeerResults } from '../peers/results.ts';
import { type Results, readResults, resultsPath } from '../suite/results-file.ts';
import { renderHtml } from './render-html.ts';
import { peersHtml, peersMarkdown } from './render-peers.ts';
import { renderReadme } from './render-readme.ts';

const FOLDER = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url));

export function writePage(): void {
  const results = readResults<Results>(resultsPath('baseline'));
  if (results === undefined)
    throw new Error('There is no bench/results/baseline.json; run npm run bench -- --save baseline.');
  const peers = readResults<PeerResults>(resultsPath('peers'));
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}index.html`, renderHtml(results, peersHtml(peers)));
  writeFileSync(`${FOLDER}README.md`, renderReadme(results, peersMarkdown(peers)));
}

if (import.meta.main) writePage();
