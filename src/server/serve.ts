/**
 * Puts the MCP face on its transport and takes it down in order: new work refused, running work given its grace, then
 * aborted, then the transport closed. Called by src/main.ts, which owns signals and everything behind `parts`.
 */
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Calls } from './call/calls.ts';
import { DynamicListing } from './dynamic/dynamic-listing.ts';
import type { Face } from './face.ts';
import { serveStdio } from './serve-stdio.ts';
import type { ServerParts } from './server-parts.ts';
import { createToolSurface } from './tool-surface.ts';
import { builtInTools } from './tools/built-in-tools.ts';

/** What runs when a server is told to end may go on for so long; deploy/ gives it longer. */
export const DRAIN_MS = 10_000;

export interface ServeOptions {
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  /** How long running work may go on after `close()`. */
  readonly drainMs?: number;
}

export interface Served {
  /** Where to connect, over HTTP. */
  readonly url?: string;
  /** Resolves when nothing is served any more: after `close()`, or when a stdio client has gone. */
  readonly closed: Promise<void>;
  /** Drains and closes; every call gives the same promise. */
  close(): Promise<void>;
}

export async function serve(parts: ServerParts, options: ServeOptions = {}): Promise<Served> {
  const { stdin = process.stdin, stdout = process.stdout, drainMs = DRAIN_MS } = options;
  const dynamic = parts.registry === undefined ? undefined : new DynamicListing(parts.registry, parts.log);
  const surface = createToolSurface(builtInTools(parts, dynamic), dynamic);
  const face: Face = { parts, surface, calls: new Calls(), ...(dynamic === undefined ? {} : { dynamic }) };
  try {
    const served = await onTransport(face, { stdin, stdout, drainMs });
    void served.closed.finally(() => dynamic?.close());
    return served;
  } catch (thrown) {
    dynamic?.close();
    throw thrown;
  }
}

async function onTransport(face: Face, { stdin, stdout, drainMs }: Required<ServeOptions>): Promise<Served> {
  if (face.parts.settings.transport === 'http') {
    // Its libraries are loaded by those alone who serve HTTP.
    const { serveHttp } = await import('./http/serve-http.ts');
    const http = await serveHttp(face);
    return { url: http.url, ...closing(face.calls, drainMs, () => http.close()) };
  }
  const stdio = serveStdio(face, stdin, stdout);
  const served = closing(face.calls, drainMs, () => stdio.close());
  // A client that has gone waits for nothing: its calls are aborted with the connection, so the drain is short.
  void stdio.closed.then(() => served.close());
  return served;
}

function closing(calls: Calls, drainMs: number, closeTransport: () => Promise<void>): Pick<Served, 'closed' | 'close'> {
  const closed = Promise.withResolvers<void>();
  let isClosing = false;
  const takeDown = async () => {
    await calls.drain(drainMs);
    // The SDK hands an answer to its transport in microtasks after the call has settled: let the last ones leave.
    await setImmediate();
    await closeTransport();
  };
  return {
    closed: closed.promise,
    close() {
      if (!isClosing) {
        isClosing = true;
        takeDown().then(closed.resolve, closed.reject);
      }
      return closed.promise;
    },
  };
}
