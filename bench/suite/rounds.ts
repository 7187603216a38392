/** Runs case files round after round, each in a fresh process, the order reversed every time, with a line of progress. */
import { basename } from 'node:path';
import type { CaseReport } from '../harness/case-report.ts';
import { mergeRounds } from './merge-rounds.ts';
import { spawnCase } from './spawn-case.ts';

export interface RoundsOptions {
  readonly files: readonly string[];
  readonly rounds: number;
  readonly isSmoke: boolean;
}

/** The merged reports in the order of the files. */
export async function runRounds({ files, rounds, isSmoke }: RoundsOptions): Promise<readonly CaseReport[]> {
  const reports = new Map<string, CaseReport[]>(files.map((file) => [file, []]));
  const progress = createProgress(files.length * rounds);
  for (let round = 0; round < rounds; round++) {
    const isReversed = round % 2 === 1;
    for (const file of isReversed ? files.toReversed() : files) {
      progress.begin(`${basename(file, '.ts')}, round ${round + 1} of ${rounds}`);
      const report = await spawnCase(file, { isSmoke, isReversed });
      reports.get(file)?.push(report);
      progress.end(report.kind);
    }
  }
  progress.clear();
  return files.map((file) => mergeRounds(reports.get(file) ?? []));
}

export interface Progress {
  begin(what: string): void;
  end(how: string): void;
  clear(): void;
}

/** One line on stderr that is written over on a terminal, and a line for each step elsewhere. */
export function createProgress(total: number): Progress {
  const { stderr } = process;
  const startedMs = performance.now();
  let done = 0;
  let current = '';
  const line = () => {
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    return `[${done}/${total}, ${seconds} s] ${current}`;
  };
  return {
    begin: (what) => {
      current = what;
      if (stderr.isTTY) stderr.write(`\r\u001b[K${line()}`);
    },
    end: (how) => {
      done += 1;
      if (!stderr.isTTY) stderr.write(`${line()}: ${how}\n`);
    },
    clear: () => void (stderr.isTTY && stderr.write('\r\u001b[K')),
  };
}
