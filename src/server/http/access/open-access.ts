/**
 * The way in without tokens: whoever can connect is the owner, as on one's own machine. Management and administration
 * need the admin token where the settings have one, and are closed to a whole network where they have none.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../../../base/gate/caller.ts';
import { isLoopbackHost } from '../../../config/assemble-settings.ts';
import { createSparingDenials } from '../bounds/sparing-denials.ts';
import { RPC, rpcError } from '../rpc-error.ts';
import type { Access, AccessParts } from './access.ts';

export const ADMIN_HEADER = 'X-Codeloom-Admin-Token';

export function createOpenAccess({ settings, owner, tell }: AccessParts): Access {
  const { adminToken } = settings.access;
  const expected = adminToken === undefined ? undefined : digest(adminToken);
  const user: Caller = { subject: owner.subject, scopes: new Set(['codeloom.execute']) };
  const stranger = expected === undefined && isLoopbackHost(settings.host) ? owner : user;
  const denials = createSparingDenials(tell);
  return {
    async admit({ headers }) {
      const given = headers.get(ADMIN_HEADER);
      if (given === null || expected === undefined) return { kind: 'admitted', caller: stranger };
      if (timingSafeEqual(digest(given), expected)) return { kind: 'admitted', caller: owner };
      denials.tell({ kind: 'denial', caller: user, what: 'management', reason: `the ${ADMIN_HEADER} is wrong` });
      const message = `Forbidden: the ${ADMIN_HEADER} of this request is not this server's.`;
      return { kind: 'refused', response: rpcError(403, RPC.refused, message) };
    },
    challenge: () => undefined,
    workspaceKey: () => 'default',
    metadata: () => undefined,
    unready: () => undefined,
    close: () => denials.close(),
  };
}

/** Digests are of one length, whatever was given, and how far they agree says nothing of how far the tokens do. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
