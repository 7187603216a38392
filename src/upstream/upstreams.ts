/**
 * The upstreams: other people's MCP servers, as the rest of the house sees them. Made by src/main.ts from the
 * configuration; used by the spine for catalogs, by runs for calls, and by the server room for what it shows. Connects
 * to nothing before it is asked to.
 */
import type { UpstreamConfig } from '../base/config.ts';
import { Fault } from '../base/fault.ts';
import type { Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { nearestHint } from '../base/nearest.ts';
import type { Catalog } from '../base/tool.ts';
import type { CallTool } from '../run/call-tool.ts';
import { createCallTool } from './call/call-tool.ts';
import { createValidators } from './call/validators.ts';
import { Catalogs } from './catalog/catalogs.ts';
import type { ServerSnapshot } from './catalog/server-tools.ts';
import { quoteName } from './clean-text.ts';
import { Connection, type ConnectionStatus } from './connection/connection.ts';
import { toIdentifiers } from './identifier.ts';

const NAMED_SERVERS = 50;

export interface UpstreamName {
  readonly name: string;
  readonly description?: string;
  readonly isConnected: boolean;
}

export interface Upstreams {
  /** The configured upstreams, sorted by name. */
  names(): readonly UpstreamName[];
  /**
   * The tools of the servers as they are now, connecting where needed; duplicates count once. The same object as long
   * as nothing changes. Rejects with Fault UPSTREAM_UNKNOWN or UPSTREAM_UNAVAILABLE, or with the signal's reason.
   */
  catalog(servers: readonly string[], signal: AbortSignal): Promise<Catalog>;
  readonly callTool: CallTool;
  /** Tells of each server whose tools are others than they were; gives the way to stop. */
  onToolsChanged(listener: (server: string) => void): () => void;
  status(): readonly ConnectionStatus[];
  /** Ends all connections; resolves when no child process is left. */
  close(): Promise<void>;
}

export interface UpstreamsOptions {
  readonly limits: Limits;
  readonly log: Log;
  /** What upstreams are told that Codeloom's version is. */
  readonly version?: string;
}

export function createUpstreams(configs: readonly UpstreamConfig[], options: UpstreamsOptions): Upstreams {
  const { limits, log, version = '0' } = options;
  const listeners = new Set<(server: string) => void>();
  const sorted = [...configs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const identifiers = toIdentifiers(sorted.map(({ name }) => name));
  const tell = (server: string) => {
    for (const listener of listeners) listener(server);
  };
  const connections = new Map(
    sorted.map((config) => {
      const identifier = identifiers.get(config.name) ?? config.name;
      return [
        config.name,
        new Connection(config, { identifier, limits, log, version, onToolsChanged: () => tell(config.name) }),
      ];
    }),
  );
  const catalogs = new Catalogs();
  return {
    names: () => [...connections.values()].map(nameOf),
    catalog: async (servers, signal) => {
      signal.throwIfAborted();
      const chosen = choose(servers, connections);
      return catalogs.of(await allOf(chosen, signal));
    },
    callTool: createCallTool({ connections, validators: createValidators(log), limits }),
    onToolsChanged: (listener) => {
      // A listener of its own for each registration, so that one that registers twice can stop once.
      const own = (server: string) => listener(server);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    status: () => [...connections.values()].map((connection) => connection.status()),
    close: async () => {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };
}

function nameOf(connection: Connection): UpstreamName {
  const { name, description } = connection.config;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    isConnected: connection.status().state === 'ready',
  };
}

/** The connections by name, sorted; throws for the first name that is not configured. */
function choose(servers: readonly string[], connections: ReadonlyMap<string, Connection>): readonly Connection[] {
  return [...new Set(servers)].sort().map((name) => {
    const connection = connections.get(name);
    if (connection !== undefined) return connection;
    const known = [...connections.keys()];
    throw new Fault(
      'UPSTREAM_UNKNOWN',
      `There is no server ${quoteName(name)}.${nearestHint(name, known)} ${listed(known)}`,
    );
  });
}

function listed(known: readonly string[]): string {
  if (known.length === 0) return 'No servers are configured.';
  const more = known.length > NAMED_SERVERS ? `, and ${known.length - NAMED_SERVERS} more` : '';
  return `The servers are: ${known.slice(0, NAMED_SERVERS).join(', ')}${more}.`;
}

/** Waits for all, so that the fault names every server that is not there. */
async function allOf(connections: readonly Connection[], signal: AbortSignal): Promise<readonly ServerSnapshot[]> {
  const settled = await Promise.allSettled(connections.map((connection) => connection.tools(signal)));
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  signal.throwIfAborted();
  if (failures.length === 0) return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const [first] = failures;
  const isOne =
    failures.length === 1 || !failures.every((each) => each instanceof Fault && each.code === 'UPSTREAM_UNAVAILABLE');
  if (isOne) throw first;
  throw new Fault(
    'UPSTREAM_UNAVAILABLE',
    failures.map((each) => (each as Fault).message).join('\n'),
    new AggregateError(failures),
  );
}
