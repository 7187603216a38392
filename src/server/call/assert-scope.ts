/**
 * The second line of access: no tool runs for a caller who has not its scope, or whom the
 * policy does not let call it, whichever way the call came, a tool that
 * calls another by name included. Called by answer-call.ts, and by tools before they hand a call on.
 */
import { Fault } from '../../base/fault.ts';
import type { CallContext, ServerTool } from '../server-tool.ts';

/** Throws Fault SCOPE_MISSING or DENIED, and tells of the denial. `name` is the tool's own, however it was called. */
export function assertScope(
  { name, scope }: Pick<ServerTool, 'name' | 'scope'>,
  { caller, parts }: Pick<CallContext, 'caller' | 'parts'>,
): void {
  if (caller.scopes.has(scope)) {
    parts.policy?.assertMayCall(caller, name);
    return;
  }
  parts.tell({ kind: 'denial', caller, what: `tool ${name}`, reason: `the caller has not the scope ${scope}` });
  throw new Fault('SCOPE_MISSING', `${name} needs the scope ${scope}. ${wayOut(parts.settings.access)}`);
}

function wayOut({ auth, adminToken }: CallContext['parts']['settings']['access']): string {
  if (auth === 'jwt') return 'The token of this request has not got it: ask for one that has.';
  if (adminToken !== undefined)
    return 'It comes with the header X-Codeloom-Admin-Token, which the operator can set up.';
  return 'It is not given to a whole network: the operator can set an admin token, or ask for tokens with --auth jwt.';
}
