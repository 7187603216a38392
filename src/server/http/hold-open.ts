/**
 * Keeps a workspace from expiring while a client holds an event stream of it open: such a client is there, however
 * silent. Called for every response of the MCP endpoint; responses that are no streams pass through untouched.
 */
import type { Workspace } from '../workspace/workspace.ts';

const MAX_TIMER_MS = 2 ** 31 - 1;

/** `endAtS`, in seconds since 1970, is when whoever opened it has to show anew who they are. */
export function holdOpen(response: Response, workspace: Workspace, endAtS?: number): Response {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!isStream || response.body === null) return response;
  const leave = workspace.enter();
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(timer);
    leave();
  };
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      if (endAtS === undefined) return;
      const leftMs = Math.min(Math.max(endAtS * 1_000 - Date.now(), 0), MAX_TIMER_MS);
      timer = setTimeout(() => {
        controller.terminate();
        end();
      }, leftMs).unref();
    },
    flush: end,
    cancel: end,
  });
  const watched = response.body.pipeThrough(watch);
  return new Response(watched, response);
}
