/**
 * One token → who asks and what for, or why not. Signature and claims are checked by jose; the refusals are our own
 * sentences, of which none holds any of the token. Called by jwt-access.ts for every request.
 */
import { type AuthInfo, OAuthError, OAuthErrorCode, type OAuthTokenVerifier } from '@modelcontextprotocol/server';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import type { AccessSettings } from '../../../base/config.ts';
import { KeysUnavailable } from './issuer-keys.ts';

const MAX_SUBJECT_CHARS = 255;

type TokenSettings = Pick<
  AccessSettings,
  'issuer' | 'audience' | 'algorithms' | 'clockToleranceS' | 'subjectClaim' | 'scopeClaim'
>;

export async function createTokenVerifier(
  settings: TokenSettings,
  findKey: JWTVerifyGetKey,
): Promise<OAuthTokenVerifier> {
  const { jwtVerify, errors } = await import('jose');
  const { issuer = '', audience, algorithms, clockToleranceS, subjectClaim } = settings;
  const options = {
    issuer,
    audience: [...audience],
    algorithms: [...algorithms],
    clockTolerance: clockToleranceS,
    requiredClaims: ['exp', subjectClaim],
  };
  const reasonOf = (thrown: unknown): string => {
    if (thrown instanceof errors.JWTExpired) return 'The token has expired.';
    if (thrown instanceof errors.JWTClaimValidationFailed) return claimReason(thrown.claim, thrown.reason);
    if (thrown instanceof errors.JOSEAlgNotAllowed) return 'The token is signed in a way that is not accepted here.';
    if (thrown instanceof errors.JWKSNoMatchingKey || thrown instanceof errors.JWSSignatureVerificationFailed) {
      return 'The token is not signed with a key of the issuer.';
    }
    return 'The token is not one that this server can check.';
  };
  return {
    async verifyAccessToken(token) {
      const verified = await jwtVerify(token, findKey, options).catch((thrown: unknown) => {
        if (thrown instanceof KeysUnavailable) throw thrown;
        throw invalid(reasonOf(thrown));
      });
      return authInfoOf(verified.payload, settings);
    },
  };
}

/** What an operator who has one of the settings wrong can tell from the log, and a client from its answer. */
function claimReason(claim: string, reason: string): string {
  if (reason === 'missing') return `The token has no claim "${claim}", which this server needs.`;
  switch (claim) {
    case 'iss':
      return 'The claim "iss" of the token is not the issuer that this server accepts, to the last character.';
    case 'aud':
      return 'The claim "aud" of the token names none of the audiences that this server accepts.';
    case 'nbf':
      return 'The token is not valid yet, by its claim "nbf".';
    default:
      return `The claim "${claim}" of the token is not as this server needs it.`;
  }
}

function authInfoOf(payload: JWTPayload, settings: TokenSettings): AuthInfo {
  const { exp = 0 } = payload;
  return {
    token: '',
    clientId: subjectOf(payload, settings),
    scopes: scopesOf(payload, settings),
    // The SDK compares it with the clock once more, and knows of no tolerance.
    expiresAt: exp + settings.clockToleranceS,
  };
}

/**
 * Refused where it is not clean, because two that are made alike by cleaning would be one person. It need not name its
 * issuer: there is only one.
 */
function subjectOf(payload: JWTPayload, { subjectClaim }: TokenSettings): string {
  const subject = claimOf(payload, subjectClaim);
  const isClean =
    typeof subject === 'string' && /^[^\p{C}\p{Z}](?:[^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}])?$/u.test(subject);
  if (isClean && subject.length <= MAX_SUBJECT_CHARS) return subject;
  throw invalid(
    `The claim "${subjectClaim}" of the token must be 1 to ${MAX_SUBJECT_CHARS} characters, without control characters.`,
  );
}

/** A text with spaces between, as RFC 9068 has it, or a list, as others do. */
function scopesOf(payload: JWTPayload, { scopeClaim }: TokenSettings): string[] {
  const scopes = claimOf(payload, scopeClaim) ?? (scopeClaim === 'scope' ? claimOf(payload, 'scp') : undefined);
  if (typeof scopes === 'string') return scopes.split(' ');
  return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [];
}

function claimOf(payload: JWTPayload, name: string): unknown {
  return Object.hasOwn(payload, name) ? payload[name] : undefined;
}

function invalid(message: string): OAuthError {
  return new OAuthError(OAuthErrorCode.InvalidToken, message);
}
