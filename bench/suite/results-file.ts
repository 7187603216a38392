/** Results as JSON on disk: written by the suite, read by the page. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CaseReport } from '../harness/case-report.ts';
import type { Header } from './machine.ts';

export interface Results {
  readonly schema: 1;
  readonly header: Header;
  readonly rounds: number;
  readonly isSmoke: boolean;
  readonly cases: readonly CaseReport[];
}

const FOLDER = fileURLToPath(new URL('../results/', import.meta.url));

/** Names with `local/` in front are not committed. */
export function resultsPath(name: string): string {
  return `${FOLDER}${name}.json`;
}

export function writeResults(path: string, results: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** The suite's own file, which nobody else writes; undefined where there is none. */
export function readResults<Shape = Results>(path: string): Shape | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Shape;
  } catch {
    return undefined;
  }
}
