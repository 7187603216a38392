/**
 * `codeloom types [SERVER…]`: the declarations that a program is checked against, on stdout.
 */
import { Fault } from '../../base/fault.ts';
import { nearestHint } from '../../base/nearest.ts';
import { quote } from '../../config/config-text.ts';
import type { Codeloom } from '../../main.ts';
import { knownServers, listServers } from '../../server/arguments/known-servers.ts';
import { DETAILS, type Detail } from '../../server/server-parts.ts';
import type { Terminal } from '../terminal.ts';

/** Checked before anything is connected to. */
export function parseDetail(text: string): Detail {
  const detail = DETAILS.find((each) => each === text);
  if (detail !== undefined) return detail;
  const hint = nearestHint(text, DETAILS);
  throw new Fault('ARGUMENTS_INVALID', `--detail must be one of ${DETAILS.join(', ')}, not ${quote(text)}.${hint}`);
}

/** Without servers, the declarations of all configured servers. */
export async function showTypes(
  codeloom: Codeloom,
  { servers, detail }: { readonly servers: readonly string[]; readonly detail: Detail },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const all = codeloom.upstreams.names().map(({ name }) => name);
  const chosen = servers.length > 0 ? knownServers(servers, codeloom.upstreams) : all;
  if (chosen.length === 0) terminal.tell(listServers(all));
  else terminal.print((await codeloom.declarations({ servers: chosen, detail }, signal)).trimEnd());
  return 0;
}
