/**
 * The grant: which tools a sandbox may call, as the text that goes over the wire. A call comes back as two positions
 * in it, so a sandbox can name no tool that it was not given.
 */
import type { Grant } from '../../sandbox-runtime/protocol.ts';
import type { Catalog } from '../base/tool.ts';

/** JSON text of the catalog's Grant. */
export function grantTextOf(catalog: Catalog): string {
  const grant: Grant = catalog.servers.map(({ identifier, name, tools }) => [
    identifier,
    name,
    tools.map((tool) => [tool.identifier, tool.name] as const),
  ]);
  return JSON.stringify(grant);
}
