/**
 * `fetch` with a cap on what one message of an upstream may weigh. Given to the SDK's HTTP transports, which buffer
 * without a cap of their own. Changes nothing else about a request or its response.
 */
import type { FetchLike } from '@modelcontextprotocol/client';

const NEWLINE = 10;
const RETURN = 13;

/** In an event stream the cap counts from one blank line, where an event ends, to the next; elsewhere, the whole body. */
export function boundedFetch(maxMessageBytes: number): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null) return response;
    const isStream = response.headers.get('content-type')?.toLowerCase().startsWith('text/event-stream') === true;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(byteCap(maxMessageBytes, isStream)), { status, statusText, headers });
  };
}

function byteCap(max: number, isStream: boolean): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let held = 0;
  let endsLine = false;
  return new TransformStream({
    transform(chunk, controller) {
      const eventEnd = isStream ? lastBlankLine(chunk, endsLine) : -1;
      held = eventEnd === -1 ? held + chunk.length : chunk.length - eventEnd;
      endsLine = chunk.at(-1) === NEWLINE;
      if (held > max) controller.error(new Error(`sent a message of more than ${max} bytes`));
      else controller.enqueue(chunk);
    },
  });
}

/** Where the last event of the chunk ends, or -1. `afterLine` says that the chunk before ended with a line. */
function lastBlankLine(chunk: Uint8Array, afterLine: boolean): number {
  for (let at = chunk.lastIndexOf(NEWLINE); at !== -1; at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1)) {
    const before = chunk[at - 1] === RETURN ? at - 2 : at - 1;
    if (before < 0 ? afterLine : chunk[before] === NEWLINE) return at + 1;
  }
  return -1;
}
