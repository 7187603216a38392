/**
 * The part of a catalog that comes from one upstream, made from its listed tools and its configuration. Called by
 * connection/connection.ts after each listing; what it returns is frozen and is what every run sees from then on.
 */
import type { UpstreamConfig } from '../../base/config.ts';
import { contentHash } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { nearestHint } from '../../base/nearest.ts';
import type { CatalogServer, DroppedTool, Tool } from '../../base/tool.ts';
import { quoteName } from '../clean-text.ts';
import { toForm, toIdentifiers } from '../identifier.ts';
import type { ListedTools } from './list-tools.ts';
import { type ParsedTool, parseTool } from './parse-tool.ts';

const MAX_DROPPED = 100;

/** A server's tools and the hash of all that declarations and `mcp-types` are made from. */
export interface ServerSnapshot {
  readonly server: CatalogServer;
  readonly hash: string;
}

export interface SnapshotOptions {
  readonly config: UpstreamConfig;
  readonly identifier: string;
  readonly mirrorsParams: boolean;
  readonly log: Log;
}

export function serverSnapshot(listed: ListedTools, options: SnapshotOptions): ServerSnapshot {
  const { config, identifier } = options;
  const { offered, dropped } = parseAll(listed, options.mirrorsParams);
  const chosen = choose(offered, config, options.log);
  const identifiers = toIdentifiers(chosen.map(({ name }) => name));
  const tools = chosen.map(
    (tool): Tool => ({ server: config.name, identifier: identifiers.get(tool.name) ?? tool.name, ...tool }),
  );
  const server: CatalogServer = {
    name: config.name,
    identifier,
    ...(config.description === undefined ? {} : { description: config.description }),
    tools,
    dropped: capped([...dropped, ...listed.dropped]),
  };
  // Through JSON, so that what is frozen is ours alone. Keys keep the order that their author chose.
  const text = JSON.stringify(server);
  return { server: deepFreeze(JSON.parse(text) as CatalogServer), hash: contentHash(text) };
}

function parseAll(
  listed: ListedTools,
  mirrorsParams: boolean,
): { offered: ReadonlyMap<string, ParsedTool>; dropped: DroppedTool[] } {
  const offered = new Map<string, ParsedTool>();
  const dropped: DroppedTool[] = [];
  for (const raw of listed.tools) {
    const verdict = parseTool(raw, mirrorsParams);
    if (verdict.kind === 'dropped') dropped.push(verdict.dropped);
    else if (!offered.has(verdict.tool.name)) offered.set(verdict.tool.name, verdict.tool);
    else
      dropped.push({ name: verdict.tool.name, reason: 'the server has another tool of the same name, which is kept' });
  }
  return { offered, dropped };
}

/**
 * What the operator lets through, sorted by code units so that the order is the same everywhere. A tool may be named as
 * the upstream names it or as programs write it, and a block holds for all tools that would share the identifier: one
 * that missed its tool for its spelling would be no block.
 */
function choose(offered: ReadonlyMap<string, ParsedTool>, config: UpstreamConfig, log: Log): readonly ParsedTool[] {
  const { allowTools, blockTools = [] } = config;
  const identifiers = toIdentifiers([...offered.keys()]);
  const spellings = new Set([...offered.keys()].flatMap((name) => [name, identifiers.get(name) ?? name, toForm(name)]));
  for (const name of [...(allowTools ?? []), ...blockTools]) {
    if (spellings.has(name)) continue;
    log.warn(
      `The configuration names the tool ${quoteName(name)}, which this server does not offer.${nearestHint(name, offered.keys())}`,
    );
  }
  const isNamed = (list: readonly string[], name: string) =>
    list.includes(name) || list.includes(identifiers.get(name) ?? name);
  const isBlocked = (name: string) => isNamed(blockTools, name) || blockTools.includes(toForm(name));
  return [...offered.values()]
    .filter(({ name }) => !isBlocked(name) && (allowTools === undefined || isNamed(allowTools, name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function capped(dropped: readonly DroppedTool[]): readonly DroppedTool[] {
  const more = dropped.length - MAX_DROPPED;
  if (more <= 0) return dropped;
  return [...dropped.slice(0, MAX_DROPPED), { name: '(more)', reason: `${more} more were dropped` }];
}

/** Recursion is bounded: schemas were capped in depth when they were parsed. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
