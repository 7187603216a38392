/**
 * A catalog without what somebody may not use. Called by policy.ts for every catalog that a caller is to see. What is
 * left decides the hash: who may use the same has the same hash, who may use less has another, so nothing that is kept
 * by hash is ever handed to somebody who may not see it.
 */
import { contentHash } from '../../base/json.ts';
import type { Catalog, CatalogServer } from '../../base/tool.ts';
import type { Rights } from './rights.ts';

/** The same object where nothing is left out. */
export function allowedCatalog(catalog: Catalog, rights: Rights): Catalog {
  const servers = catalog.servers.filter(({ name }) => rights.mayReach(name)).map((each) => narrowServer(each, rights));
  const isWhole =
    servers.length === catalog.servers.length && servers.every((each, at) => each === catalog.servers[at]);
  if (isWhole) return catalog;
  const left = servers.map(({ name, tools, dropped }) => [
    name,
    ...[tools, dropped].map((list) => list.map((each) => each.name)),
  ]);
  const hash = contentHash('narrowed', catalog.hash, JSON.stringify(left));
  return Object.freeze({ servers: Object.freeze(servers), hash });
}

function narrowServer(server: CatalogServer, rights: Rights): CatalogServer {
  const tools = server.tools.filter((tool) => rights.judge(tool) === 'allowed');
  const dropped = server.dropped.filter(
    ({ name }) => rights.judge({ server: server.name, name, identifier: name }) === 'allowed',
  );
  if (tools.length === server.tools.length && dropped.length === server.dropped.length) return server;
  return Object.freeze({ ...server, tools: Object.freeze(tools), dropped: Object.freeze(dropped) });
}
