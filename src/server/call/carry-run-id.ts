/**
 * What a request hands to all that it leads to, without its tools' knowing: one id, for its run, its tool calls, and what
 * the log and the audit trail say of them; and the signal that its client has gone. Called by answer-call.ts for every call.
 */
import type { ServerParts } from '../server-parts.ts';

interface Carried {
  readonly runId: string;
  /** Aborts when the client hangs up; absent where it cannot without being heard. */
  readonly gone?: AbortSignal;
}

/** The same parts, whose work has the id. */
export function withRunId(parts: ServerParts, runId: string, gone?: AbortSignal): ServerParts {
  const { sandboxes } = parts;
  const carried: Carried = { runId, ...(gone === undefined ? {} : { gone }) };
  return {
    ...parts,
    execute: (request, signal) => parts.execute({ ...request, ...carried }, signal),
    callUpstream: (call, signal) => parts.callUpstream({ ...call, runId }, signal),
    ...(sandboxes === undefined ? {} : { sandboxes: sandboxesWith(sandboxes, carried) }),
  };
}

function sandboxesWith(sandboxes: NonNullable<ServerParts['sandboxes']>, carried: Carried): typeof sandboxes {
  const execute: typeof sandboxes.execute = (sandbox, request, signal) =>
    sandboxes.execute(sandbox, { ...request, ...carried }, signal);
  return { ...sandboxes, execute };
}
