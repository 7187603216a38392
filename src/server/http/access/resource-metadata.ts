/**
 * What a client has to know to get a token for this server (RFC 9728): its own name, and who makes tokens. Served to
 * everybody, so it says nothing that is not public.
 */
import type { OAuthProtectedResourceMetadata } from '@modelcontextprotocol/server';
import type { AccessSettings, Settings } from '../../../base/config.ts';
import { SCOPES } from '../../../base/gate/caller.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** Where it is asked for: at the root, and behind it the path of the endpoint, as it is here and as it is outside. */
export function metadataPaths({ path, access }: Pick<Settings, 'path' | 'access'>): readonly string[] {
  const outside = access.publicUrl === undefined ? path : new URL(access.publicUrl).pathname;
  return [...new Set(['', path, outside].map((each) => `${WELL_KNOWN}${each.replace(/\/$/, '')}`))];
}

/** The endpoint as the client of the request knows it. Its Host header has been checked before. */
export function resourceUrl(request: Request, { path, access }: Pick<Settings, 'path' | 'access'>): URL {
  if (access.publicUrl !== undefined) return new URL(access.publicUrl);
  const url = new URL(request.url);
  url.pathname = path;
  url.search = '';
  return url;
}

export function describeResource(resource: URL, { issuer }: AccessSettings): Response {
  const metadata: OAuthProtectedResourceMetadata = {
    resource: resource.href,
    authorization_servers: issuer === undefined ? [] : [issuer],
    scopes_supported: [...SCOPES],
    bearer_methods_supported: ['header'],
    resource_name: 'Codeloom',
  };
  return Response.json(metadata, { headers: { 'Access-Control-Allow-Origin': '*' } });
}
