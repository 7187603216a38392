/**
 * What a command in a long-lived sandbox came to, and how the files that it left are told of. Pure; called by
 * sandbox-session.ts.
 */
import type { CommandEnd, CommandOutput } from '../../../../sandbox-runtime/protocol.ts';
import type { Artifact } from '../../../run/artifacts/kept-artifacts.ts';
import type { RunReport } from '../../../run/run-report.ts';
import type { Collected } from './keeper-link.ts';

export interface CommandReport {
  /** As a shell counts: 128 and more for a signal, 126 and 127 for what could not be started. */
  readonly exitCode: number;
  readonly isTimedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  readonly artifacts: readonly Artifact[];
  /** One sentence for each of the first files that were left out. */
  readonly notes: readonly string[];
  readonly truncated?: { readonly stdoutBytes: number; readonly stderrBytes: number; readonly artifacts: number };
}

export function reportOf(
  { exitCode, stdout, stderr }: CommandEnd,
  { isTimedOut, ms }: { readonly isTimedOut: boolean; readonly ms: number },
  { artifacts, leftOut, reasons }: Collected,
): CommandReport {
  const truncated = { stdoutBytes: stdout.droppedBytes, stderrBytes: stderr.droppedBytes, artifacts: leftOut };
  const isWhole = Object.values(truncated).every((missing) => missing === 0);
  const output = { stdout: textOf(stdout), stderr: textOf(stderr) };
  const report = { exitCode, isTimedOut, ...output, ms, artifacts, notes: reasons };
  return isWhole ? report : { ...report, truncated };
}

/** The report of a program's run, with the files that it left. */
export function withFiles(report: RunReport, { artifacts, leftOut, reasons }: Collected): RunReport {
  const atMs = Math.round(report.runMs);
  const logs = [...report.logs, ...reasons.map((text) => ({ level: 'warn', text, atMs }) as const)];
  const files = artifacts.length === 0 ? {} : { artifacts };
  if (leftOut === 0) return { ...report, logs, ...files };
  return {
    ...report,
    logs,
    ...files,
    truncated: { logLines: 0, logBytes: 0, ...report.truncated, artifacts: leftOut },
  };
}

/** The report of a program that had to be ended by force, which takes everything else along. */
export function withEverybodyEnded(report: RunReport): RunReport {
  const { end } = report;
  if (!('message' in end)) return report;
  const message = `${end.message} Whatever else ran in the sandbox was ended with it; its files are there still.`;
  return { ...report, end: { ...end, message } };
}

function textOf({ head, tail, droppedBytes }: CommandOutput): string {
  return droppedBytes === 0 ? head + tail : `${head}\n… ${droppedBytes} bytes left out …\n${tail}`;
}
