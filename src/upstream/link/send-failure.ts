/**
 * What it means that a message could not be sent, and above all whether the upstream may have acted on it. Called by
 * requests.ts for a request and by open-link.ts for a handshake. Where in doubt, the upstream has.
 */
import { SdkHttpError, type Transport } from '@modelcontextprotocol/client';
import { cutText } from '../clean-text.ts';
import { LinkError, lostError } from '../link-error.ts';

/** Errors of connecting: no byte of a request has left when one of these comes up. */
const BEFORE_SENDING: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'refused the connection'],
  ['ENOTFOUND', 'has an address that does not resolve'],
  ['EAI_AGAIN', 'has an address that does not resolve'],
  ['EHOSTUNREACH', 'cannot be reached'],
  ['ENETUNREACH', 'cannot be reached'],
  ['UND_ERR_CONNECT_TIMEOUT', 'did not accept a connection in time'],
  ['CERT_HAS_EXPIRED', 'has a certificate that is not valid'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'has a certificate that is not valid'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'has a certificate that is not valid'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'has a certificate that is not valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'has a certificate that is not valid'],
]);

export function sendFailure(thrown: unknown, transport: Transport): LinkError {
  if (thrown instanceof LinkError) return thrown;
  const status = statusOf(thrown);
  if (status !== undefined) return refusal(status, textOf(thrown), transport.sessionId !== undefined, thrown);
  const before = BEFORE_SENDING.get(causeCode(thrown) ?? '');
  if (before !== undefined) return lostError(before, false, thrown);
  return lostError('broke the connection', true, thrown);
}

/**
 * A server that does not know the session any more says 404, and some say 400; both before they look at what was
 * asked, so a new session may ask again.
 */
function refusal(status: number, text: string, hasSession: boolean, cause: unknown): LinkError {
  const isStale = hasSession && (status === 404 || (status === 400 && /session/i.test(text)));
  if (isStale) return lostError('has forgotten the session', false, cause);
  const words = cutText(text, 512).trim();
  const message = `answered with HTTP status ${status}${words === '' ? '' : `: ${words}`}`;
  return new LinkError({ kind: 'refused', message, status }, cause);
}

export function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof SdkHttpError && typeof thrown.status === 'number') return thrown.status;
  // The SDK's transport of the legacy kind gives the status in words only.
  const inWords = thrown instanceof Error ? /\(HTTP (\d{3})\)/.exec(thrown.message)?.[1] : undefined;
  return inWords === undefined ? undefined : Number(inWords);
}

function textOf(thrown: unknown): string {
  const text: unknown = thrown instanceof SdkHttpError ? thrown.data?.text : undefined;
  return typeof text === 'string' ? text : '';
}

/** The code of the innermost system error: fetch wraps it, and the SDK wraps that. */
export function causeCode(thrown: unknown): string | undefined {
  let found: string | undefined;
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if ('code' in error && typeof error.code === 'string') found = error.code;
    // Several addresses were tried: the first attempt speaks for all.
    if (error instanceof AggregateError && error.errors[0] instanceof Error) return causeCode(error.errors[0]);
  }
  return found;
}
