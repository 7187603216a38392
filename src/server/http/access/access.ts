/**
 * Who may ask over HTTP: the seam between the HTTP face and the two ways in, by the token of an issuer (jwt-access.ts) or
 * with none (open-access.ts). Asked for every request of the MCP endpoint before its body is read.
 */
import type { Caller, Scope } from '../../../base/gate/caller.ts';
import type { ServerParts } from '../../server-parts.ts';

/** What access has to know of the house. */
export type AccessParts = Pick<ServerParts, 'settings' | 'log' | 'owner' | 'tell'>;

export interface Admitted {
  readonly kind: 'admitted';
  readonly caller: Caller;
  /** Whose share of the workspaces it takes; absent where nobody can tell one client from another. */
  readonly sharer?: string;
  /** Of its token, in seconds since 1970; absent where there is none. */
  readonly expiresAtS?: number;
}

export type Admission = Admitted | { readonly kind: 'refused'; readonly response: Response };

export interface Access {
  /** Never throws for what a client sent. */
  admit(request: Request): Promise<Admission>;
  /**
   * The answer to a call that needs a scope which its caller has not, so that a client can ask for a better token; told
   * as a denial. Undefined where no token could help: then the call itself says why.
   */
  challenge(request: Request, caller: Caller, scope: Scope): Response | undefined;
  /** Whose workspace a request without a session belongs to. */
  workspaceKey(caller: Caller): string;
  /** What clients have to know to get a token; undefined where there is nothing to know. */
  metadata(request: Request): Response | undefined;
  /** Why nobody could be admitted at present, in a sentence without secrets. */
  unready(): string | undefined;
  /** Waits for nobody any more. */
  close(): void;
}
