/**
 * The HTTP face as one fetch function: the MCP endpoint behind its checks, `/livez`, `/readyz`, and 404 for the rest.
 * Decides which revision a request belongs to; serve-http.ts puts it on a socket.
 */
import { isLegacyRequest } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { toFault } from '../../base/fault.ts';
import type { Face } from '../face.ts';
import type { Workspaces } from '../workspace/workspaces.ts';
import { BodyBudget } from './bounds/body-budget.ts';
import { allowedNames, complainAboutHost } from './check-host.ts';
import { readJsonBody } from './read-json-body.ts';
import { RPC, rpcError } from './rpc-error.ts';
import { Sessions } from './sessions.ts';
import { StatelessEndpoint } from './stateless-endpoint.ts';

export function createHttpApp(face: Face, workspaces: Workspaces): Hono {
  const { settings, log } = face.parts;
  const sessions = new Sessions(face, workspaces);
  const stateless = new StatelessEndpoint(face, workspaces);
  const allowed = allowedNames(settings);
  const budget = new BodyBudget(settings.limits.bodyBytes);
  const app = new Hono();

  // Orchestrators ask by address, not by name, and learn nothing else: these two are not behind the Host check.
  app.get('/livez', () => Response.json({ live: true }));
  app.get('/readyz', () => readiness(face));
  app.all(settings.path, async ({ req }) => {
    const request = req.raw;
    const complaint = complainAboutHost(request.headers, allowed);
    if (complaint !== undefined) return rpcError(403, RPC.refused, `Forbidden: ${complaint}`);
    if (request.method === 'GET' || request.method === 'DELETE') return sessions.fetch(request);
    if (request.method !== 'POST') {
      return rpcError(405, RPC.refused, 'Method Not Allowed: use POST, GET or DELETE.', { Allow: 'POST, GET, DELETE' });
    }
    const body = await readJsonBody(request, settings.limits.bodyBytes, budget);
    if (body.kind === 'refused') return body.response;
    const face = (await isLegacyRequest(request, body.message)) ? sessions : stateless;
    return withoutConnection(await face.fetch(request, body.message));
  });
  app.notFound(() => rpcError(404, RPC.refused, `Not Found: MCP is served at ${settings.path}.`));
  app.onError((error) => {
    const fault = toFault(error);
    if (fault.code === 'INTERNAL') log.error({ err: error }, 'an HTTP request failed unexpectedly');
    const status = fault.retryable ? 503 : 500;
    return rpcError(status, fault.retryable ? RPC.refused : RPC.internal, fault.message);
  });
  return app;
}

/** The SDK says keep-alive to everybody; whether a connection goes on is between Node and the client, who may want it closed. */
function withoutConnection(response: Response): Response {
  response.headers.delete('connection');
  return response;
}

function readiness({ parts, calls }: Face): Response {
  const { engine } = parts.health();
  const isReady = engine.ok && !calls.isDraining;
  const reason = calls.isDraining ? 'shutting down' : engine.detail;
  return Response.json(isReady ? { ready: true } : { ready: false, reason }, { status: isReady ? 200 : 503 });
}
