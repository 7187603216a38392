/**
 * The shared shape of an upstream tool, and the catalog: the immutable snapshot of tools that one run sees.
 * Made by src/upstream/, read by src/compile/ (declarations), src/run/ (grants and validation) and src/server/.
 * Everything in it came from a stranger and was capped and checked by src/upstream/catalog.ts before it got here.
 */
import type { JsonObject } from './json.ts';

export interface Tool {
  /** Name of the upstream as configured. */
  readonly server: string;
  /** Name as the upstream gives it; the one that goes back over the wire. */
  readonly name: string;
  /** The one deterministic JavaScript identifier under which programs may also reach it; unique within the server. */
  readonly identifier: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly annotations?: JsonObject;
}

/** A tool that the upstream offers and that we do not pass on, with the reason in one sentence. */
export interface DroppedTool {
  readonly name: string;
  readonly reason: string;
}

export interface CatalogServer {
  readonly name: string;
  /** As `Tool.identifier`; unique within the catalog. */
  readonly identifier: string;
  readonly description?: string;
  /** Sorted by name, so that the same tools give the same text. */
  readonly tools: readonly Tool[];
  readonly dropped: readonly DroppedTool[];
}

export interface Catalog {
  /** Sorted by name. */
  readonly servers: readonly CatalogServer[];
  /** Content hash of all that declarations are made from: equal hashes mean equal declarations. */
  readonly hash: string;
}

/** The catalog of a run that selected no upstream. */
export const EMPTY_CATALOG: Catalog = { servers: [], hash: 'empty' };

/**
 * Only the tools that are named, as `tool` or `server.tool`, by name or by identifier; servers without any are left
 * out. The hash is kept apart from the whole catalog's.
 */
export function narrowCatalog(catalog: Catalog, names: readonly string[]): Catalog {
  const wanted = new Set(names);
  const isWanted = ({ server, name, identifier }: Tool) =>
    [name, identifier].some((each) => wanted.has(each) || wanted.has(`${server}.${each}`));
  const servers = catalog.servers
    .map((server) => ({ ...server, tools: server.tools.filter(isWanted), dropped: [] }))
    .filter(({ tools }) => tools.length > 0);
  return { servers, hash: `${catalog.hash}:${[...wanted].sort().join()}` };
}
