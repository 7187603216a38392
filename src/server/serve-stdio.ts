/**
 * The face over stdio: one client, one workspace, both eras. Ends when the client closes stdin. stdout carries the
 * protocol and nothing else; whoever owns the process keeps other writers off it.
 */
import type { Readable, Writable } from 'node:stream';
import { STDIO_DEFAULT_MAX_BUFFER_SIZE } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio as serveSdkStdio } from '@modelcontextprotocol/server/stdio';
import { createClientServer } from './client-server.ts';
import type { Face } from './face.ts';
import { Workspace } from './workspace/workspace.ts';

export interface StdioServed {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Tells when it was closed: the SDK's entry takes the place of `onclose`, and offers none of its own. */
class WatchedTransport extends StdioServerTransport {
  readonly #ended = Promise.withResolvers<void>();

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#ended.resolve();
  }
}

export function serveStdio(face: Face, stdin: Readable, stdout: Writable): StdioServed {
  const { log, settings } = face.parts;
  // The connection is the workspace: it neither expires nor shares, so the collection of workspaces is not needed.
  const workspace = new Workspace('stdio', () => 0);
  const maxBufferSize = Math.max(STDIO_DEFAULT_MAX_BUFFER_SIZE, settings.limits.bodyBytes);
  const transport = new WatchedTransport(stdin, stdout, { maxBufferSize });
  const handle = serveSdkStdio(() => createClientServer(face, workspace, { announces: true }), {
    transport,
    onerror: (error) => log.warn({ err: error }, 'the stdio connection reported an error'),
  });
  void transport.ended.then(() => workspace.end());
  return { closed: transport.ended, close: () => handle.close() };
}
