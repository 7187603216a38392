/**
 * One id for a request and all that it leads to: its run, its tool calls, and what the log and the audit trail say of them.
 * Called by answer-call.ts for every call; tools know nothing of it.
 */
import type { ServerParts } from '../server-parts.ts';

/** The same parts, whose work has the id. */
export function withRunId(parts: ServerParts, runId: string): ServerParts {
  const { sandboxes } = parts;
  return {
    ...parts,
    execute: (request, signal) => parts.execute({ ...request, runId }, signal),
    callUpstream: (call, signal) => parts.callUpstream({ ...call, runId }, signal),
    ...(sandboxes === undefined ? {} : { sandboxes: sandboxesWith(sandboxes, runId) }),
  };
}

function sandboxesWith(sandboxes: NonNullable<ServerParts['sandboxes']>, runId: string): typeof sandboxes {
  const execute: typeof sandboxes.execute = (sandbox, request, signal) =>
    sandboxes.execute(sandbox, { ...request, runId }, signal);
  return { ...sandboxes, execute };
}
