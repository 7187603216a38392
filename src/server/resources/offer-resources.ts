/**
 * resources/list and resources/read on a client's server: of the table, what the caller's scopes and the policy allow. Called by
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
import { toFault } from '../../base/fault.ts';
import type { Caller } from '../../base/gate/caller.ts';
import { assertScope } from '../call/assert-scope.ts';
import { requestCaller } from '../call/carry-caller.ts';
import type { ServerParts } from '../server-parts.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { RESOURCES, type ServerResource } from './resource-table.ts';

const MIME_TYPE = 'application/json';
/** Of an address that is repeated in an answer. */
const MAX_URI_CHARS = 200;

export function offerResources(server: Server, parts: ServerParts, workspace: Pick<Workspace, 'id'>): void {
  server.setRequestHandler('resources/list', async (_request, ctx): Promise<ListResourcesResult> => {
    const caller = requestCaller(ctx, parts.owner);
    const seen = RESOURCES.filter((resource) => mayRead(resource, caller, parts));
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
    if (resource === undefined) throw new ResourceNotFoundError(uri.slice(0, MAX_URI_CHARS));
    const caller = requestCaller(ctx, parts.owner);
    assertMayRead(resource, caller, parts);
    return read(resource, caller, parts, workspace);
  });
}

function mayRead({ scope, tool }: ServerResource, caller: Caller, { policy }: ServerParts): boolean {
  return caller.scopes.has(scope) && policy?.mayCall(caller, tool) !== false;
}

/** As the tool of the same: what may not be called is not to be had by reading. */
function assertMayRead({ scope, tool }: ServerResource, caller: Caller, parts: ServerParts): void {
  try {
    assertScope({ name: tool, scope }, { caller, parts });
  } catch (thrown) {
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, toFault(thrown).message);
  }
}

function read(
  { uri, scope, read: readNow }: ServerResource,
  caller: Caller,
  parts: ServerParts,
  workspace: Pick<Workspace, 'id'>,
): ReadResourceResult {
  const startedMs = nowMs();
  const text = JSON.stringify(readNow(parts), undefined, 2);
  if (scope !== 'codeloom.execute') {
    const ms = elapsedMs(startedMs);
    parts.tell({ kind: 'request', caller, workspace: workspace.id, tool: uri, isManagement: true, ok: true, ms });
  }
  return { contents: [{ uri, mimeType: MIME_TYPE, text }] };
}
