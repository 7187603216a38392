/**
 * The way in by token: a JWT of the configured issuer in the Authorization header, and nowhere else. What is wrong with
 * one is answered as RFC 6750 has it, with where to learn how to get a better one (RFC 9728). The token itself goes no
 * further than this: what is carried on is who asks, and what for.
 */
import {
  bearerAuthChallengeResponse,
  getOAuthProtectedResourceMetadataUrl,
  OAuthError,
  OAuthErrorCode,
  type OAuthTokenVerifier,
  verifyBearerToken,
} from '@modelcontextprotocol/server';
import type { Caller, Scope } from '../../../base/gate/caller.ts';
import { callerOf } from '../../call/carry-caller.ts';
import { createSparingDenials, type SparingDenials } from '../bounds/sparing-denials.ts';
import { RPC, rpcError } from '../rpc-error.ts';
import type { Access, AccessParts } from './access.ts';
import { createIssuerKeys, KeysUnavailable } from './issuer-keys.ts';
import { describeResource, resourceUrl } from './resource-metadata.ts';
import { createTokenVerifier } from './token-verifier.ts';

/** What a client without any token is told to ask for. */
const FIRST_SCOPES: readonly Scope[] = ['codeloom.execute'];
const NOBODY: Caller = { subject: 'unknown', scopes: new Set() };
/** One token, of the characters that RFC 6750 gives it; two headers arrive as one with a comma in it. */
const BEARER = /^bearer [\w.~+/-]+=*$/i;
const MAX_HEADER_CHARS = 8 * 1024;
const RETRY_S = 5;

/** The answer to a request that needs another token, with where to learn how to get it. */
type Challenge = (request: Request, error: OAuthError, scopes: readonly Scope[]) => Response;

export async function createJwtAccess({ settings, log, tell }: AccessParts): Promise<Access> {
  const { access } = settings;
  const keys = await createIssuerKeys(access, log);
  const verifier = await createTokenVerifier(access, keys.find);
  // Begun now, so that the first request does not wait for it; what comes of it, readiness tells.
  keys.state();
  const denials = createSparingDenials(tell);
  const challenge: Challenge = (request, error, scopes) => {
    const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resourceUrl(request, settings));
    return bearerAuthChallengeResponse(error, { requiredScopes: [...scopes], resourceMetadataUrl });
  };
  return {
    admit: admission(verifier, challenge, denials),
    challenge(request, caller, scope) {
      const reason = `the token has not the scope ${scope}`;
      tell({ kind: 'denial', caller, what: `scope ${scope}`, reason });
      const error = new OAuthError(OAuthErrorCode.InsufficientScope, `This call needs the scope ${scope}.`);
      // With what it has already: many clients give up the old token for the one that they are told to ask for.
      return challenge(request, error, [...caller.scopes, scope]);
    },
    workspaceKey: ({ subject }) => `subject:${subject}`,
    metadata: (request) => describeResource(resourceUrl(request, settings), access),
    unready: () => (keys.state() === 'ready' ? undefined : 'the keys of the token issuer are not there yet'),
    close() {
      keys.close();
      denials.close();
    },
  };
}

function admission(verifier: OAuthTokenVerifier, challenge: Challenge, denials: SparingDenials): Access['admit'] {
  const refuse = (request: Request, thrown: unknown): Response => {
    // A client's first request has no token, to learn where to get one: nothing was claimed, so nothing is denied.
    const isClaimed = request.headers.has('authorization');
    if (thrown instanceof OAuthError) {
      if (isClaimed) denials.tell({ kind: 'denial', caller: NOBODY, what: 'access', reason: thrown.message });
      return challenge(request, thrown, FIRST_SCOPES);
    }
    if (!(thrown instanceof KeysUnavailable)) throw thrown;
    const headers = { 'Retry-After': String(RETRY_S) };
    return rpcError(503, RPC.refused, `Service Unavailable: ${thrown.message}`, headers);
  };
  return async (request) => {
    try {
      const header = request.headers.get('authorization');
      if (header !== null) assertOneToken(header);
      const authInfo = await verifyBearerToken(header, { verifier });
      const { expiresAt } = authInfo;
      const caller = callerOf(authInfo);
      const who = { caller, sharer: caller.subject };
      return { kind: 'admitted', ...who, ...(expiresAt === undefined ? {} : { expiresAtS: expiresAt }) };
    } catch (thrown) {
      return { kind: 'refused', response: refuse(request, thrown) };
    }
  };
}

function assertOneToken(header: string): void {
  if (header.length <= MAX_HEADER_CHARS && BEARER.test(header)) return;
  const message =
    header.length > MAX_HEADER_CHARS
      ? `The Authorization header has more than ${MAX_HEADER_CHARS} characters.`
      : 'The Authorization header must be "Bearer" and one token.';
  throw new OAuthError(OAuthErrorCode.InvalidToken, message);
}
