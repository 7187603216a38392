/**
 * How a request to an upstream can fail, as one error with a closed union inside. Thrown by link/requests.ts and the
 * transports, turned into a ToolFailure by call/call-tool.ts and into a Fault by connection/opener.ts. Never leaves this room.
 */

export type LinkFailure =
  /** The upstream answered with a JSON-RPC error; the message is its own. */
  | { readonly kind: 'rpc'; readonly code: number; readonly message: string }
  /** No answer will come. `mayHaveRun` is false only where the request provably never reached the upstream. */
  | { readonly kind: 'lost'; readonly message: string; readonly mayHaveRun: boolean }
  /** The server refused the HTTP request itself. */
  | { readonly kind: 'refused'; readonly message: string; readonly status: number }
  | { readonly kind: 'timeout'; readonly message: string; readonly ms: number };

export class LinkError extends Error {
  readonly failure: LinkFailure;

  constructor(failure: LinkFailure, cause?: unknown) {
    super(failure.message, cause === undefined ? undefined : { cause });
    this.name = 'LinkError';
    this.failure = failure;
  }
}

export function lostError(message: string, mayHaveRun: boolean, cause?: unknown): LinkError {
  return new LinkError({ kind: 'lost', message, mayHaveRun }, cause);
}

/** True where the request never got to the upstream, so that sending it again cannot repeat anything. */
export function isUnsent(thrown: unknown): boolean {
  return thrown instanceof LinkError && thrown.failure.kind === 'lost' && !thrown.failure.mayHaveRun;
}

export function isLost(thrown: unknown): boolean {
  return thrown instanceof LinkError && thrown.failure.kind === 'lost';
}
