/**
 * Clients of the 2025 revisions over HTTP: one session, one transport, one server object and one workspace each, found
 * by Mcp-Session-Id. A session ends with DELETE, with its workspace, or with the process.
 */
import { randomUUID } from 'node:crypto';
import { isInitializeRequest, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { toFault } from '../../base/fault.ts';
import type { Caller } from '../../base/gate/caller.ts';
import type { JsonObject } from '../../base/json.ts';
import { shuttingDown } from '../call/calls.ts';
import { authInfoOf } from '../call/carry-caller.ts';
import { createClientServer } from '../client-server.ts';
import type { Face } from '../face.ts';
import { SESSION_KEY, type Workspaces } from '../workspace/workspaces.ts';
import type { Admitted } from './access/access.ts';
import { holdOpen } from './hold-open.ts';
import { RPC, rpcError } from './rpc-error.ts';

interface Session {
  /** Nobody else may use it, nor learn that it is there. */
  readonly subject: string;
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
  async fetch(request: Request, admitted: Admitted, message?: JsonObject): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id !== null) return this.#continue(id, request, admitted, message);
    if (message !== undefined && isInitializeRequest(message)) return this.#open(request, admitted, message);
    return rpcError(400, RPC.refused, 'Bad Request: begin with initialize, then send its Mcp-Session-Id.');
  }

  async #continue(
    id: string,
    request: Request,
    { caller, expiresAtS }: Admitted,
    message: JsonObject | undefined,
  ): Promise<Response> {
    const session = this.#ownSession(id, caller);
    const workspace = session === undefined ? undefined : this.#workspaces.get(session.key);
    if (session === undefined || workspace === undefined) {
      return rpcError(
        404,
        RPC.noSession,
        'Session not found: it never was, was deleted, or was idle for too long; initialize again.',
      );
    }
    const authInfo = authInfoOf(caller);
    const options = message === undefined ? { authInfo } : { authInfo, parsedBody: message };
    const response = await session.transport.handleRequest(request, options);
    // The answer to a call may come after its token's time; a stream of notices would outlive it.
    return holdOpen(response, workspace, request.method === 'GET' ? expiresAtS : undefined);
  }

  /** Another subject's session is answered as one that never was. */
  #ownSession(id: string, caller: Caller): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || session.subject === caller.subject) return session;
    this.#face.parts.tell({ kind: 'denial', caller, what: 'session', reason: 'it belongs to another subject' });
    return undefined;
  }

  async #open(request: Request, { caller, sharer }: Admitted, message: JsonObject): Promise<Response> {
    const key = `${SESSION_KEY}${randomUUID()}`;
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { subject: caller.subject, key, transport });
      },
    });
    try {
      if (this.#face.calls.isDraining) throw shuttingDown();
      const onEnd = () => {
        if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
        transport.close().catch(() => {});
      };
      const workspace = this.#workspaces.open(key, onEnd, sharer);
      const server = createClientServer(this.#face, workspace, {
        announces: true,
        onClose: () => this.#workspaces.end(key),
      });
      await server.connect(transport);
    } catch (thrown) {
      return rpcError(503, RPC.refused, toFault(thrown).message, { 'Retry-After': '5' });
    }
    const response = await transport.handleRequest(request, { authInfo: authInfoOf(caller), parsedBody: message });
    if (transport.sessionId === undefined) this.#workspaces.end(key);
    return response;
  }
}
