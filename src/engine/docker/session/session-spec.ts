/**
 * A long-lived sandbox as the daemon is asked for it: the wall of container-spec.ts, with more room behind it. Pure;
 * called by sandboxes.ts.
 */
import type { ContainerCreateOptions } from 'dockerode';
import type { Limits } from '../../../base/limits.ts';
import { walledSpec } from '../container/container-spec.ts';

/** The keeper holds the output of one command and one file at a time. */
const KEEPER_HEAP_MB = 64;
const PIDS = 128;
const WORKSPACE_SHARE = 0.5;
const TMP_SHARE = 0.125;
/** How much longer than the host the sandbox waits before it ends itself. */
export const GRACE_MS = 60_000;

export interface SessionNeeds {
  readonly image: string;
  readonly runtime: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly lifeMs: number;
}

export function sessionSpec(needs: SessionNeeds, { sandboxMb }: Pick<Limits, 'sandboxMb'>): ContainerCreateOptions {
  return walledSpec(needs, KEEPER_HEAP_MB, {
    memoryMb: sandboxMb,
    pids: PIDS,
    tmpMb: Math.floor(sandboxMb * TMP_SHARE),
    workspaceMb: Math.floor(sandboxMb * WORKSPACE_SHARE),
    cpuSeconds: Math.ceil((needs.lifeMs + GRACE_MS) / 1_000),
  });
}
