/**
 * The seam between the spine and the places where bundles run. Two implementations: the node engine (isolated-vm in
 * pooled child processes) and the docker engine (single-use containers). test/contract holds what both must do.
 */
import type { CallTool } from '../run/call-tool.ts';
import type { Job } from '../run/job.ts';
import type { RunReport } from '../run/run-report.ts';

export type EngineName = 'node' | 'docker';
export type Isolation = 'isolate' | 'container' | 'container+gvisor';

export interface EngineHealth {
  readonly ok: boolean;
  /** One sentence for a person: what is there, or what is missing and what to do about it. */
  readonly detail: string;
  /** Sandboxes ready to take a run, and sandboxes that have one. */
  readonly ready: number;
  readonly busy: number;
}

export interface Engine {
  readonly name: EngineName;
  readonly isolation: Isolation;
  /** Makes a sandbox ready ahead of need; returns at once and reports nothing. Called while the program is compiled. */
  warm(workspace: string): void;
  /**
   * Runs the job to its end. Resolves with a report for anything that the program did; an aborted signal gives the
   * end `cancelled`. Rejects with `Fault` where no sandbox could be had or it was lost through no limit of the run.
   */
  run(job: Job, callTool: CallTool, signal: AbortSignal): Promise<RunReport>;
  health(): EngineHealth;
  /** Ends all sandboxes; running runs are rejected with SHUTTING_DOWN. Resolves when no child is left. */
  close(): Promise<void>;
}
