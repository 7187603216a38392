/**
 * `GET /metrics`: for whoever may administrate, and for a scraper on this machine. Opened by serve-http.ts when HTTP is
 * served, asked by http-app.ts. Names of servers and tools stand in it, so a web page must not get at it.
 */
import { isIP } from 'node:net';
import type { Face } from '../face.ts';
import type { Access } from '../http/access/access.ts';
import { allowedNames, complainAboutHost } from '../http/check-host.ts';
import { RPC, rpcError } from '../http/rpc-error.ts';
import { RESOURCES } from '../resources/resource-table.ts';
import type { Workspaces } from '../workspace/workspaces.ts';
import { createReadParts } from './read-parts.ts';

export interface MetricsEndpoint {
  /** `peer` is the address that the connection comes from. */
  answer(request: Request, peer: string | undefined): Promise<Response>;
  close(): void;
}

const SCOPE = 'codeloom.admin';

/** Undefined where the settings want none. */
export async function openMetricsEndpoint(
  face: Face,
  workspaces: Workspaces,
  access: Access,
): Promise<MetricsEndpoint | undefined> {
  const { metrics, version, settings } = face.parts;
  if (metrics === undefined) return undefined;
  const allowed = allowedNames(settings);
  // Reading a resource is told as a call of it.
  const builtIns = new Set([...face.surface.builtInNames(), ...RESOURCES.map(({ uri }) => uri)]);
  const page = await metrics.open({ version, builtIns, read: createReadParts(face, workspaces, access) });
  return {
    async answer(request, peer) {
      const complaint = complainAboutScraper(request.headers, allowed);
      if (complaint !== undefined) return rpcError(403, RPC.refused, `Forbidden: ${complaint}`);
      const refusal = isFromHere(peer, request.headers) ? undefined : await refuse(face, access, request);
      if (refusal !== undefined) return refusal;
      return new Response(await page.render(), {
        headers: { 'Content-Type': page.contentType, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' },
      });
    },
    close: page.close,
  };
}

/**
 * Scrapers ask by address, and an address is nothing that a web page could point elsewhere; under a name, the name has to
 * be one of ours.
 */
function complainAboutScraper(headers: Headers, allowed: ReadonlySet<string>): string | undefined {
  const bare = (headers.get('host') ?? '').replace(/:\d{1,5}$/, '');
  const isAddress = isIP(bare.replace(/^\[(.*)\]$/, '$1')) !== 0;
  return complainAboutHost(headers, isAddress ? new Set([...allowed, bare.toLowerCase()]) : allowed);
}

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** On this machine, and not a proxy on this machine that asks for somebody else. */
function isFromHere(peer: string | undefined, headers: Headers): boolean {
  const address = peer?.replace(/^::ffff:/, '') ?? '';
  const isLoopback = address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
  return isLoopback && !FORWARDED.some((name) => headers.has(name));
}

async function refuse({ parts }: Face, access: Access, request: Request): Promise<Response | undefined> {
  const admitted = await access.admit(request);
  if (admitted.kind === 'refused') return admitted.response;
  const { caller } = admitted;
  if (caller.scopes.has(SCOPE)) return undefined;
  const challenge = access.challenge(request, caller, SCOPE);
  if (challenge !== undefined) return challenge;
  parts.tell({ kind: 'denial', caller, what: `scope ${SCOPE}`, reason: 'GET /metrics needs it' });
  return rpcError(403, RPC.refused, `Forbidden: /metrics is for this machine, and for callers with ${SCOPE}.`);
}
