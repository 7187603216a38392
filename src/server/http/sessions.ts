/**
 * Clients of the 2025 revisions over HTTP: one session, one transport, one server object and one workspace each, found
 * by Mcp-Session-Id. A session ends with DELETE, with its workspace, or with the process.
 */
import { randomUUID } from 'node:crypto';
import { isInitializeRequest, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { toFault } from '../../base/fault.ts';
import type { JsonObject } from '../../base/json.ts';
import { shuttingDown } from '../call/calls.ts';
import { createClientServer } from '../client-server.ts';
import type { Face } from '../face.ts';
import type { Workspaces } from '../workspace/workspaces.ts';
import { holdOpen } from './hold-open.ts';
import { RPC, rpcError } from './rpc-error.ts';

interface Session {
  readonly key: string;
  readonly transport: WebStandardStreamableHTTPServerTransport;
}

export class Sessions {
  readonly #face: Face;
  readonly #workspaces: Workspaces;
  readonly #sessions = new Map<string, Session>();

  constructor(face: Face, workspaces: Workspaces) {
    this.#face = face;
    this.#workspaces = workspaces;
  }

  /** Answers one request of a 2025 client; `message` is the body of a POST. */
  async fetch(request: Request, message?: JsonObject): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id !== null) return this.#continue(id, request, message);
    if (message !== undefined && isInitializeRequest(message)) return this.#open(request, message);
    return rpcError(400, RPC.refused, 'Bad Request: begin with initialize, then send its Mcp-Session-Id.');
  }

  async #continue(id: string, request: Request, message: JsonObject | undefined): Promise<Response> {
    const session = this.#sessions.get(id);
    const workspace = session === undefined ? undefined : this.#workspaces.get(session.key);
    if (session === undefined || workspace === undefined) {
      return rpcError(
        404,
        RPC.noSession,
        'Session not found: it never was, was deleted, or was idle for too long; initialize again.',
      );
    }
    const response = await session.transport.handleRequest(
      request,
      message === undefined ? {} : { parsedBody: message },
    );
    return holdOpen(response, workspace);
  }

  async #open(request: Request, message: JsonObject): Promise<Response> {
    const key = `session:${randomUUID()}`;
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { key, transport });
      },
    });
    try {
      if (this.#face.calls.isDraining) throw shuttingDown();
      const workspace = this.#workspaces.open(key, () => {
        if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
        transport.close().catch(() => {});
      });
      const server = createClientServer(this.#face, workspace, {
        announces: true,
        onClose: () => this.#workspaces.end(key),
      });
      await server.connect(transport);
    } catch (thrown) {
      return rpcError(503, RPC.refused, toFault(thrown).message, { 'Retry-After': '5' });
    }
    const response = await transport.handleRequest(request, { parsedBody: message });
    if (transport.sessionId === undefined) this.#workspaces.end(key);
    return response;
  }
}
