/**
 * What a child process uses, read from /proc without starting anything. Linux only: elsewhere the answer is undefined
 * and whoever asked has one wall less, which `codeloom doctor` says. Used by the watchdogs of engines and compiler.
 */
import { readFileSync } from 'node:fs';

const BYTES_PER_MB = 1024 * 1024;
/** Page size and clock tick of every Linux that Node 24 is built for on x64; arm64 kernels with 64 KB pages are rare and read as less. */
const PAGE_BYTES = 4096;
const TICK_MS = 10;

export interface ProcessUsage {
  readonly residentMb: number;
  readonly cpuMs: number;
}

/** Resident memory and processor time since the process started; undefined where it is gone or /proc is not there. */
export function processUsage(pid: number): ProcessUsage | undefined {
  const stat = readProc(pid, 'stat');
  // The command's name is in parentheses and may hold anything; the fields after it are numbers.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  const [userTicks, systemTicks, residentPages] = [fields[11], fields[12], fields[21]].map(Number);
  if (userTicks === undefined || systemTicks === undefined || residentPages === undefined) return undefined;
  return { residentMb: (residentPages * PAGE_BYTES) / BYTES_PER_MB, cpuMs: (userTicks + systemTicks) * TICK_MS };
}

/** Size of the data segments, which is what `ulimit -d` bounds; undefined as above. */
export function processDataMb(pid: number): number | undefined {
  const kilobytes = /^VmData:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
