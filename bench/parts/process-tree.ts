/** Resident memory of a process and of all that it has started, by what they are. Through ps, so Unix only. */
import { execFileSync } from 'node:child_process';
import { NotAvailable } from '../harness/bench-case.ts';

export interface TreeMemory {
  readonly serverMb: number;
  readonly workersMb: number;
  readonly workers: number;
  readonly compilerMb: number;
  readonly bundlerMb: number;
}

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly residentMb: number;
  readonly command: string;
}

/** Throws NotAvailable where there is no ps. */
export function readTree(root: number): TreeMemory {
  const rows = listProcesses();
  const own = rows.filter((row) => row.pid === root);
  const below = descendants(rows, root);
  const workers = below.filter(({ command }) => command.includes('isolate-worker'));
  const sum = (some: readonly Row[]) => some.reduce((total, { residentMb }) => total + residentMb, 0);
  return {
    serverMb: sum(own),
    workersMb: sum(workers),
    workers: workers.length,
    compilerMb: sum(below.filter(({ command }) => command.includes('--api'))),
    bundlerMb: sum(below.filter(({ command }) => command.includes('esbuild') && command.includes('--service'))),
  };
}

/** Of a process and all below it, together. */
export function treeMb(root: number): number {
  const rows = listProcesses();
  const all = [...rows.filter(({ pid }) => pid === root), ...descendants(rows, root)];
  return all.reduce((total, { residentMb }) => total + residentMb, 0);
}

function descendants(rows: readonly Row[], root: number): readonly Row[] {
  const children = rows.filter(({ parent }) => parent === root);
  return children.flatMap((child) => [child, ...descendants(rows, child.pid)]);
}

function listProcesses(): readonly Row[] {
  try {
    const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    return text.split('\n').flatMap((line) => {
      const [, pid, parent, kilobytes, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      if (command === undefined) return [];
      return [{ pid: Number(pid), parent: Number(parent), residentMb: Number(kilobytes) / 1024, command }];
    });
  } catch {
    throw new NotAvailable('Memory is read with ps, which this machine does not have.');
  }
}
