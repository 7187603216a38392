/**
 * The parts as one caller sees them: without the servers and tools that the policy does not allow. Made for each request,
 * so that no tool has to remember who asks. Called by answer-call.ts, and by client-server.ts for lists.
 */
import type { Caller } from '../base/gate/caller.ts';
import type { Policy } from '../guard/policy/policy.ts';
import type { ServerParts, Upstreams } from './server-parts.ts';
import type { ToolView } from './server-tool.ts';

/** The same parts where there is no policy. */
export function partsFor(caller: Caller, parts: ServerParts): ServerParts {
  const { policy } = parts;
  if (policy === undefined) return parts;
  return {
    ...parts,
    upstreams: upstreamsFor(caller, policy, parts.upstreams),
    declarations: (request, signal) => parts.declarations({ ...request, caller }, signal),
  };
}

/** What the caller is shown of tools: those that it may call, with the servers that it may use. */
export function viewOf(caller: Caller, parts: ServerParts): ToolView {
  const { upstreams, policy } = partsFor(caller, parts);
  return {
    upstreams,
    mayCall: ({ name, scope }) => caller.scopes.has(scope) && policy?.mayCall(caller, name) !== false,
  };
}

function upstreamsFor(caller: Caller, policy: Policy, upstreams: Upstreams): Upstreams {
  const mayReach = ({ name }: { readonly name: string }) => policy.mayReach(caller, name);
  const assertMayReach = (servers: readonly string[]) => policy.assertMayRun(caller, { servers });
  return {
    names: () => upstreams.names().filter(mayReach),
    allNames: () => upstreams.names(),
    status: () => upstreams.status().filter(mayReach),
    onToolsChanged: (listener) => upstreams.onToolsChanged(listener),
    assertMayReach,
    catalog: async (servers, signal) => {
      assertMayReach(servers);
      return policy.narrow(caller, await upstreams.catalog(servers, signal));
    },
  };
}

/** For a name like `server.tool` whose server is none that the caller sees. Throws Fault DENIED where a rule is in the way. */
export function assertMayName(
  { caller, parts: { policy } }: { readonly caller: Caller; readonly parts: Pick<ServerParts, 'policy'> },
  name: string,
): void {
  const [server] = name.replace(/^mcp\./, '').split('.', 1);
  if (policy === undefined || server === undefined || !name.includes('.')) return;
  policy.assertMayRun(caller, { servers: [server] });
}
