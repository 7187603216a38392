/**
 * `codeloom types [SERVER…]`: the declarations that a program is checked against, on stdout. One upstream that is dead
 * does not hide the others.
 */
import { Fault } from '../../../base/fault.ts';
import { nearestHint } from '../../../base/nearest.ts';
import { quote } from '../../../config/config-text.ts';
import type { Codeloom } from '../../../main.ts';
import { knownServers, listServers } from '../../../server/arguments/known-servers.ts';
import { safeText } from '../../../server/rendering/text.ts';
import { DETAILS, type Detail } from '../../../server/server-parts.ts';
import type { Terminal } from '../../terminal.ts';
import { lookAtServers } from './look-at-servers.ts';

/** Checked before anything is connected to. */
export function parseDetail(text: string): Detail {
  const detail = DETAILS.find((each) => each === text);
  if (detail !== undefined) return detail;
  const hint = nearestHint(text, DETAILS);
  throw new Fault('ARGUMENTS_INVALID', `--detail must be one of ${DETAILS.join(', ')}, not ${quote(text)}.${hint}`);
}

/** Without servers, the declarations of all configured servers. Exit code 1 where one could not be reached. */
export async function showTypes(
  codeloom: Codeloom,
  { servers, detail }: { readonly servers: readonly string[]; readonly detail: Detail },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const all = codeloom.upstreams.names().map(({ name }) => name);
  const chosen = servers.length > 0 ? knownServers(servers, codeloom.upstreams) : all;
  if (chosen.length === 0) terminal.tell(listServers(all));
  const looked = await lookAtServers(codeloom, chosen, signal);
  const alive = looked.flatMap((found) => (found.kind === 'alive' ? [found.server.name] : []));
  if (alive.length > 0) terminal.print((await codeloom.declarations({ servers: alive, detail }, signal)).trimEnd());
  const dead = looked.filter((found) => found.kind === 'dead');
  for (const { name, reason } of dead) terminal.tell(`${safeText(name)} is left out: ${safeText(reason)}`);
  return dead.length > 0 ? 1 : 0;
}
