/** Starts observe.ts and holds it: at the deadline, or where it and its children take too much memory, it is killed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { treeMb } from '../../parts/process-tree.ts';

const OBSERVE = fileURLToPath(new URL('./observe.ts', import.meta.url));
const DEADLINE_MS = 10_000;
const MEMORY_CAP_MB = 3_000;
const LOOK_MS = 100;

/** One cell of the table. */
export interface Cell {
  readonly text: string;
  readonly isGood: boolean;
  /** Resident memory of the process and its children at its highest, as far as was seen. */
  readonly peakMb: number;
}

export async function observe(peer: string, behaviour: number): Promise<Cell> {
  const args = ['--no-node-snapshot', '--no-warnings', OBSERVE, peer, String(behaviour)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const pid = child.pid ?? 0;
  let [stdout, stderr, peakMb, killedFor] = ['', '', 0, ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-2_000);
  });
  const kill = (why: string) => {
    killedFor = killedFor || why;
    killGroup(pid);
  };
  const deadline = setTimeout(() => kill(`not over after ${DEADLINE_MS / 1000} s`), DEADLINE_MS);
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, treeMb(pid));
    if (peakMb > MEMORY_CAP_MB) kill(`takes more than ${MEMORY_CAP_MB / 1000} GB`);
  }, LOOK_MS);
  const end = await new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  clearTimeout(deadline);
  clearInterval(look);
  killGroup(pid);
  const seen = stdout.trim() === '' ? undefined : (JSON.parse(stdout) as { cell: string; isGood: boolean });
  if (seen !== undefined) return { text: seen.cell, isGood: seen.isGood, peakMb: Math.round(peakMb) };
  const why = killedFor === '' ? `the host process died (${end})${reasonIn(stderr)}` : killedFor;
  return { text: why, isGood: false, peakMb: Math.round(peakMb) };
}

function reasonIn(stderr: string): string {
  const error = /^\w*Error: .{0,100}/m.exec(stderr)?.[0];
  return error === undefined ? '' : `: ${error}`;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
