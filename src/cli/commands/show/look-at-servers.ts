/**
 * Connects to upstreams in parallel, for commands that show what is there: one that is dead does not hide the others.
 */
import { Fault } from '../../../base/fault.ts';
import type { CatalogServer } from '../../../base/tool.ts';
import type { Codeloom } from '../../../main.ts';

export type LookedAt =
  | { readonly kind: 'alive'; readonly server: CatalogServer }
  | { readonly kind: 'dead'; readonly name: string; readonly reason: string };

/** In the order of `names`. */
export function lookAtServers(
  codeloom: Codeloom,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly LookedAt[]> {
  return Promise.all(names.map((name) => lookAt(codeloom, name, signal)));
}

async function lookAt(codeloom: Codeloom, name: string, signal: AbortSignal): Promise<LookedAt> {
  try {
    const { servers } = await codeloom.upstreams.catalog([name], signal);
    const server = servers.find((each) => each.name === name);
    return server === undefined ? { kind: 'dead', name, reason: 'It has no tools.' } : { kind: 'alive', server };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { kind: 'dead', name, reason: thrown.message };
  }
}
