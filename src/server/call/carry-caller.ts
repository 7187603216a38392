/**
 * The caller of a request, on its way through the SDK from the HTTP face to whoever answers: as what the SDK knows of a
 * token, without the token. Called at both ends, and by whoever else answers requests.
 */
import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server';
import { type Caller, SCOPES } from '../../base/gate/caller.ts';

export function authInfoOf({ subject, scopes }: Caller): AuthInfo {
  return { token: '', clientId: subject, scopes: [...scopes] };
}

/** Scopes of other services, which a token may carry too, are left out. */
export function callerOf({ clientId, scopes }: AuthInfo): Caller {
  return { subject: clientId, scopes: new Set(SCOPES.filter((scope) => scopes.includes(scope))) };
}

/**
 * Who asks, in a handler of the SDK. Over HTTP every request was admitted before; one that was not has no scope, rather
 * than the owner's.
 */
export function requestCaller({ http }: Pick<ServerContext, 'http'>, owner: Caller): Caller {
  if (http === undefined) return owner;
  return http.authInfo === undefined ? { subject: 'unknown', scopes: new Set() } : callerOf(http.authInfo);
}
