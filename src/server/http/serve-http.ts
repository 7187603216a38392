/**
 * The HTTP face on a socket: listens, holds the clocks against slow and half-open connections, and closes in order.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Fault } from '../../base/fault.ts';
import { complainAboutAccess } from '../../config/access/complain-about-access.ts';
import { complainAboutExposure } from '../../config/assemble-settings.ts';
import type { Face } from '../face.ts';
import { openMetricsEndpoint } from '../probes/metrics-endpoint.ts';
import { Workspaces } from '../workspace/workspaces.ts';
import { createAccess } from './access/create-access.ts';
import { connectionCap } from './bounds/connection-cap.ts';
import { createHttpApp } from './http-app.ts';

/** A client has this long for its headers, and for its whole request; the answer may take as long as it takes. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const CHECK_MS = 2_000;
/** Answers that are on their way when the server closes have this long to leave. */
const FLUSH_MS = 1_000;
const TIDY_MS = 20;

export interface HttpServed {
  readonly url: string;
  /** Ends sessions and streams, then the socket. Call it when no work is left. */
  close(): Promise<void>;
}

export async function serveHttp(face: Face): Promise<HttpServed> {
  const { settings, log } = face.parts;
  // Whoever embeds Codeloom may have made the settings without src/config/.
  const complaint = [...complainAboutAccess(settings), ...complainAboutExposure(settings)].at(0);
  if (complaint !== undefined) throw new Fault('CONFIG_INVALID', complaint);
  const access = await createAccess(face.parts);
  const workspaces = new Workspaces(settings.limits);
  const metrics = await openMetricsEndpoint(face, workspaces, access);
  const app = createHttpApp(face, workspaces, access, metrics);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const options = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS };
  const server = createServer(options, (incoming, outgoing) => void listener(incoming, outgoing));
  server.maxConnections = connectionCap();
  // Whoever waits for nothing makes way for who comes.
  server.on('drop', () => server.closeIdleConnections());
  const closeBeside = () => {
    access.close();
    metrics?.close();
  };
  try {
    await listen(server, settings.port, settings.host);
  } catch (thrown) {
    closeBeside();
    workspaces.close();
    throw new Fault('CONFIG_INVALID', listenComplaint(thrown, settings.host, settings.port), thrown);
  }
  const url = urlOf(server.address() as AddressInfo, settings.path);
  log.info({ url }, 'serving MCP over HTTP');
  return { url, close: () => closeServer(server, workspaces).finally(closeBeside) };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host.replace(/^\[(.*)\]$/, '$1'));
  await once(server, 'listening');
}

async function closeServer(server: Server, workspaces: Workspaces): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  workspaces.close();
  const force = setTimeout(() => server.closeAllConnections(), FLUSH_MS);
  // A kept-alive connection whose last answer leaves only now would otherwise hold the server open.
  const tidy = setInterval(() => server.closeIdleConnections(), TIDY_MS);
  await closed;
  clearTimeout(force);
  clearInterval(tidy);
}

function listenComplaint(thrown: unknown, host: string, port: number): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is in use already; choose another with --port.`;
  if (code === 'EACCES')
    return `Port ${port} of ${host} needs rights that this process does not have; choose one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${host}; choose another with --host.`;
  return `Listening on port ${port} of ${host} failed.`;
}

function urlOf({ address, family, port }: AddressInfo, path: string): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${path}`;
}
