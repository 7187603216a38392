/**
 * The tools of all servers that answer soon, for a message about a tool that is not where it was looked for. Called only
 * when there is such a message to write, so a server that is slow or dead costs it no more than a moment.
 */
import type { CatalogServer, Tool } from '../../base/tool.ts';
import type { Upstreams } from '../server-parts.ts';

const LOOK_MS = 3_000;

/** The servers, connected where needed; those that cannot be reached in time are left out. */
export async function lookAround(upstreams: Upstreams, signal: AbortSignal): Promise<readonly CatalogServer[]> {
  const looking = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  const found = await Promise.allSettled(upstreams.names().map(({ name }) => upstreams.catalog([name], looking)));
  signal.throwIfAborted();
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value.servers : []));
}

/** True where `given` is what the tool is called, alone or behind its server's name. */
export function isCalled({ server, name, identifier }: Tool, given: string): boolean {
  return [name, identifier].some((each) => given === each || given === `${server}.${each}`);
}
