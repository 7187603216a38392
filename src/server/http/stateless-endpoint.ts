/**
 * Clients of revision 2026-07-28 over HTTP: no sessions, a server object for each request, and one workspace that
 * outlives them: one for each subject. Without authentication all of them are one, and share the default workspace.
 */
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import type { JsonObject } from '../../base/json.ts';
import { authInfoOf } from '../call/carry-caller.ts';
import { createClientServer } from '../client-server.ts';
import type { Face } from '../face.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Workspaces } from '../workspace/workspaces.ts';
import type { Admitted } from './access/access.ts';
import { holdOpen } from './hold-open.ts';

interface Endpoint {
  readonly workspace: Workspace;
  readonly handler: McpHttpHandler;
}

export class StatelessEndpoint {
  readonly #face: Face;
  readonly #workspaces: Workspaces;
  /** By key of the workspace; a handler of its own for each, so that no workspace hears of another's changes. */
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(face: Face, workspaces: Workspaces) {
    this.#face = face;
    this.#workspaces = workspaces;
  }

  /** Throws POOL_SATURATED where a workspace is needed and none is to be had. */
  async fetch(request: Request, message: JsonObject, admitted: Admitted, key: string): Promise<Response> {
    const { caller, expiresAtS, sharer } = admitted;
    const { handler, workspace } = this.#endpoint(key, sharer);
    const response = await handler.fetch(request, { authInfo: authInfoOf(caller), parsedBody: message });
    // The answer to a call may come after its token's time; a stream of notices would outlive it.
    return holdOpen(response, workspace, message.method === 'subscriptions/listen' ? expiresAtS : undefined);
  }

  #endpoint(key: string, sharer: string | undefined): Endpoint {
    const known = this.#workspaces.get(key) === undefined ? undefined : this.#endpoints.get(key);
    if (known !== undefined) return known;
    const onEnd = () => {
      this.#endpoints.delete(key);
      stop();
      handler.close().catch(() => {});
    };
    const workspace = this.#workspaces.open(key, onEnd, sharer);
    const handler = createMcpHandler(() => createClientServer(this.#face, workspace, { announces: false }), {
      legacy: 'reject',
      // Each holds a connection, as a session does.
      maxSubscriptions: this.#workspaces.shareOf(sharer),
      onerror: (error) => this.#face.parts.log.debug({ err: error }, 'a request was refused'),
    });
    const stop = this.#face.surface.onToolsChanged(workspace, () => handler.notify.toolsChanged());
    const endpoint = { workspace, handler };
    this.#endpoints.set(key, endpoint);
    return endpoint;
  }
}
