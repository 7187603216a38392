/**
 * The HTTP face as one fetch function: the MCP endpoint behind its checks, `/livez`, `/readyz`, `/metrics`, what
 * clients need to get a token, and 404 for the rest.
 * Decides which revision a request belongs to; serve-http.ts puts it on a socket.
 */

import type { HttpBindings } from '@hono/node-server';
import { isLegacyRequest } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { toFault } from '../../base/fault.ts';
import type { Caller, Scope } from '../../base/gate/caller.ts';
import { isJsonObject, type JsonObject } from '../../base/json.ts';
import type { Face } from '../face.ts';
import type { MetricsEndpoint } from '../probes/metrics-endpoint.ts';
import { answerReadiness } from '../probes/readiness.ts';
import type { ToolSurface } from '../tool-surface.ts';
import type { Workspaces } from '../workspace/workspaces.ts';
import type { Access } from './access/access.ts';
import { metadataPaths } from './access/resource-metadata.ts';
import { BodyBudget } from './bounds/body-budget.ts';
import { allowedNames, complainAboutHost } from './check-host.ts';
import { readJsonBody } from './read-json-body.ts';
import { RPC, rpcError } from './rpc-error.ts';
import { Sessions } from './sessions.ts';
import { StatelessEndpoint } from './stateless-endpoint.ts';

export function createHttpApp(face: Face, workspaces: Workspaces, access: Access, metrics?: MetricsEndpoint): Hono {
  const { settings, log } = face.parts;
  const allowed = allowedNames(settings);
  const answer = answerMcp(face, workspaces, access);
  const app = new Hono();

  // Orchestrators ask by address, not by name, and learn nothing else: these two are not behind the Host check.
  app.get('/livez', () => Response.json({ live: true }));
  app.get('/readyz', () => answerReadiness(face, access.unready()));
  if (metrics !== undefined) app.get('/metrics', (context) => metrics.answer(context.req.raw, peerOf(context.env)));
  for (const path of metadataPaths(settings)) {
    app.get(path, ({ req }) => refuseHost(req.raw, allowed) ?? access.metadata(req.raw) ?? notFound(settings.path));
  }
  app.all(settings.path, async ({ req }) => refuseHost(req.raw, allowed) ?? answer(req.raw));
  app.notFound(() => notFound(settings.path));
  app.onError((error) => {
    const fault = toFault(error);
    if (fault.code === 'INTERNAL') log.error({ err: error }, 'an HTTP request failed unexpectedly');
    const status = fault.retryable ? 503 : 500;
    return rpcError(status, fault.retryable ? RPC.refused : RPC.internal, fault.message);
  });
  return app;
}

/** The MCP endpoint, for requests whose Host is allowed: who asks is settled before anything of the body is read. */
function answerMcp(face: Face, workspaces: Workspaces, access: Access): (request: Request) => Promise<Response> {
  const { limits } = face.parts.settings;
  const sessions = new Sessions(face, workspaces);
  const stateless = new StatelessEndpoint(face, workspaces);
  const budget = new BodyBudget(limits.bodyBytes);
  return async (request) => {
    const admitted = await access.admit(request);
    if (admitted.kind === 'refused') return admitted.response;
    const { caller } = admitted;
    if (request.method === 'GET' || request.method === 'DELETE') return sessions.fetch(request, admitted);
    if (request.method !== 'POST') {
      return rpcError(405, RPC.refused, 'Method Not Allowed: use POST, GET or DELETE.', { Allow: 'POST, GET, DELETE' });
    }
    const body = await readJsonBody(request, limits.bodyBytes, budget);
    if (body.kind === 'refused') return body.response;
    const { message } = body;
    const missing = missingScope(message, caller, face.surface);
    const challenge = missing === undefined ? undefined : access.challenge(request, caller, missing);
    if (challenge !== undefined) return challenge;
    const response = (await isLegacyRequest(request, message))
      ? await sessions.fetch(request, admitted, message)
      : await stateless.fetch(request, message, admitted, access.workspaceKey(caller));
    return withoutConnection(response);
  };
}

/** Of a call of a tool by its own name; what is called through another tool, that one judges. */
function missingScope({ method, params }: JsonObject, { scopes }: Caller, surface: ToolSurface): Scope | undefined {
  if (method !== 'tools/call') return undefined;
  const name = isJsonObject(params) ? params.name : undefined;
  const scope = surface.scopeOf(typeof name === 'string' ? name : '');
  return scopes.has(scope) ? undefined : scope;
}

function refuseHost({ headers }: Request, allowed: ReadonlySet<string>): Response | undefined {
  const complaint = complainAboutHost(headers, allowed);
  return complaint === undefined ? undefined : rpcError(403, RPC.refused, `Forbidden: ${complaint}`);
}

function notFound(path: string): Response {
  return rpcError(404, RPC.refused, `Not Found: MCP is served at ${path}.`);
}

/** The SDK says keep-alive to everybody; whether a connection goes on is between Node and the client, who may want it closed. */
function withoutConnection(response: Response): Response {
  response.headers.delete('connection');
  return response;
}

/** The address that a connection comes from. Absent where there is no socket, as in a test. */
function peerOf(env: unknown): string | undefined {
  return (env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress;
}
