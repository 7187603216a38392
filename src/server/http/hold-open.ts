/**
 * Keeps a workspace from expiring while a client holds an event stream of it open: such a client is there, however
 * silent. Called for every response of the MCP endpoint; responses that are no streams pass through untouched.
 */
import type { Workspace } from '../workspace/workspace.ts';

export function holdOpen(response: Response, workspace: Workspace): Response {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!isStream || response.body === null) return response;
  const leave = workspace.enter();
  const watched = response.body.pipeThrough(new TransformStream({ flush: leave, cancel: leave }));
  return new Response(watched, response);
}
