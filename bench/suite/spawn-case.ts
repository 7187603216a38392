/**
 * Runs one file of bench/cases/ in a fresh process and gives back its report. Used by the suite and by the comparison
 * of revisions. Whatever that process does, an answer comes: its report, or why there is none.
 */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { CaseReport } from '../harness/case-report.ts';
import type { Mode } from '../harness/run-case.ts';

const DEADLINE_MS = { full: 240_000, smoke: 120_000 };
const STDERR_CHARS = 600;
/** isolated-vm asks for the first; the second lets a case collect garbage before it reads memory. */
const NODE_FLAGS = ['--no-node-snapshot', '--expose-gc', '--no-warnings'];

/** `more` are arguments for a file that measures several things. */
export async function spawnCase(
  file: string,
  { isSmoke, isReversed }: Mode,
  more: readonly string[] = [],
): Promise<CaseReport> {
  const args = [
    ...NODE_FLAGS,
    file,
    ...more,
    '--json',
    ...(isSmoke ? ['--smoke'] : []),
    ...(isReversed ? ['--reversed'] : []),
  ];
  // A group of its own, so that at the deadline its children go with it.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  child.once('error', (error) => resolve(error.message));
  child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
    // Some libraries let a process hang in its exit: with the report its work is done.
    if (stdout.endsWith('\n') && parseReport(stdout) !== undefined) killGroup(child.pid);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_CHARS);
  });
  const deadlineMs = DEADLINE_MS[isSmoke ? 'smoke' : 'full'];
  const timer = setTimeout(() => killGroup(child.pid), deadlineMs);
  const end = await closed;
  clearTimeout(timer);
  killGroup(child.pid);
  const name = basename(file, '.ts');
  // A report that has arrived counts, however the process ended: isolates may take it down as it exits.
  return parseReport(stdout) ?? { name, title: name, about: '', kind: 'failed', reason: `${end}. ${stderr}`.trim() };
}

function parseReport(stdout: string): CaseReport | undefined {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    const report: unknown = JSON.parse(line);
    return typeof report === 'object' && report !== null && 'kind' in report ? (report as CaseReport) : undefined;
  } catch {
    return undefined;
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
