/**
 * resources/list and resources/read on a client's server: of the table, what the caller's scopes allow. Called by
 * client-server.ts. Reading what shows the server's inside is told, as the call of the tool of the same is.
 */
import {
  type ListResourcesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  type Server,
} from '@modelcontextprotocol/server';
import { elapsedMs, nowMs } from '../../base/deadline.ts';
import type { Caller } from '../../base/gate/caller.ts';
import { requestCaller } from '../call/carry-caller.ts';
import type { ServerParts } from '../server-parts.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { RESOURCES, type ServerResource } from './resource-table.ts';

const MIME_TYPE = 'application/json';

export function offerResources(server: Server, parts: ServerParts, workspace: Pick<Workspace, 'id'>): void {
  server.setRequestHandler('resources/list', async (_request, ctx): Promise<ListResourcesResult> => {
    const { scopes } = requestCaller(ctx, parts.owner);
    const seen = RESOURCES.filter(({ scope }) => scopes.has(scope));
    return {
      resources: seen.map(({ uri, name, title, description }) => ({
        uri,
        name,
        title,
        description,
        mimeType: MIME_TYPE,
      })),
    };
  });
  server.setRequestHandler('resources/templates/list', async () => ({ resourceTemplates: [] }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }, ctx): Promise<ReadResourceResult> => {
    const resource = RESOURCES.find((each) => each.uri === uri);
    if (resource === undefined) throw new ResourceNotFoundError(uri.slice(0, 200));
    return read(resource, requestCaller(ctx, parts.owner), parts, workspace);
  });
}

function read(
  resource: ServerResource,
  caller: Caller,
  parts: ServerParts,
  workspace: Pick<Workspace, 'id'>,
): ReadResourceResult {
  const { uri, scope } = resource;
  if (!caller.scopes.has(scope)) {
    parts.tell({ kind: 'denial', caller, what: `resource ${uri}`, reason: `the caller has not the scope ${scope}` });
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, `${uri} needs the scope ${scope}.`);
  }
  const startedMs = nowMs();
  const text = JSON.stringify(resource.read(parts), undefined, 2);
  if (scope !== 'codeloom.execute') {
    const ms = elapsedMs(startedMs);
    parts.tell({ kind: 'request', caller, workspace: workspace.id, tool: uri, isManagement: true, ok: true, ms });
  }
  return { contents: [{ uri, mimeType: MIME_TYPE, text }] };
}
