/** Catalogs for the tests of the declarations: made up, or of the real servers from npm. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../../../src/base/json.ts';
import { resolveLimits } from '../../../../src/base/limits.ts';
import { createLog } from '../../../../src/base/log.ts';
import type { Catalog, DroppedTool, Tool } from '../../../../src/base/tool.ts';
import { toIdentifiers } from '../../../../src/upstream/identifier.ts';
import { createUpstreams } from '../../../../src/upstream/upstreams.ts';

export interface ToolParts {
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly description?: string;
  readonly title?: string;
}

export interface ServerParts {
  readonly tools: Readonly<Record<string, ToolParts>> | ReadonlyMap<string, ToolParts>;
  readonly description?: string;
  readonly dropped?: readonly DroppedTool[];
}

/** A catalog as src/upstream/ would make it of these tools by name. */
export function catalogOf(servers: Readonly<Record<string, ServerParts>> | ReadonlyMap<string, ServerParts>): Catalog {
  const entries = byName(servers);
  const identifiers = toIdentifiers(entries.map(([name]) => name));
  return {
    hash: '',
    servers: entries.map(([name, { tools, dropped = [], description }]) => ({
      name,
      identifier: identifiers.get(name) ?? name,
      ...(description === undefined ? {} : { description }),
      tools: toTools(name, byName(tools)),
      dropped,
    })),
  };
}

function byName<Value>(named: Readonly<Record<string, Value>> | ReadonlyMap<string, Value>): [string, Value][] {
  const entries: [string, Value][] = named instanceof Map ? [...named] : Object.entries(named);
  return entries.sort(([left], [right]) => (left < right ? -1 : 1));
}

function toTools(server: string, parts: readonly (readonly [string, ToolParts])[]): readonly Tool[] {
  const identifiers = toIdentifiers(parts.map(([name]) => name));
  return parts.map(
    ([name, { inputSchema = { type: 'object', properties: {} }, outputSchema, description, title }]) => ({
      server,
      name,
      identifier: identifiers.get(name) ?? name,
      inputSchema: inputSchema as JsonObject,
      ...(outputSchema === undefined ? {} : { outputSchema: outputSchema as JsonObject }),
      ...(description === undefined ? {} : { description }),
      ...(title === undefined ? {} : { title }),
    }),
  );
}

/** The catalog of the servers that everyone tries first. `folder` is what the file system server may see. */
export async function realCatalog(folder: string): Promise<Catalog> {
  const server = (name: string, ...args: readonly string[]) => {
    const manifest = createRequire(import.meta.url).resolve(`@modelcontextprotocol/server-${name}/package.json`);
    const entry = join(dirname(manifest), 'dist', 'index.js');
    return { name, transport: { kind: 'stdio', command: process.execPath, args: [entry, ...args], env: {} } } as const;
  };
  const configs = [server('everything'), server('filesystem', folder), server('memory')];
  const upstreams = createUpstreams(configs, { limits: resolveLimits(), log: createLog('silent') });
  try {
    const names = configs.map(({ name }) => name);
    return await upstreams.catalog(names, new AbortController().signal);
  } finally {
    await upstreams.close();
  }
}

/** Some value that the schema takes, as far as the real servers' schemas go. */
export function sampleOf(schema: Json | undefined): Json {
  if (!isJsonObject(schema)) return 'x';
  const { type, enum: values, const: only, items, properties, required } = schema;
  if (only !== undefined) return only;
  if (Array.isArray(values)) return (values as readonly Json[])[0] ?? null;
  if (type === 'array') return [sampleOf(items)];
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'boolean') return true;
  if (type !== 'object') return 'x';
  const known = isJsonObject(properties) ? properties : {};
  const names = Array.isArray(required) ? required.map(String) : [];
  return Object.fromEntries(names.map((name) => [name, sampleOf(known[name])]));
}
