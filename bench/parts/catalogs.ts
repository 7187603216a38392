/** Catalogs to measure with: tools that live in this process, and so many more that only stand in the declarations. */
import type { JsonObject } from '../../src/base/json.ts';
import type { Catalog, CatalogServer, Tool } from '../../src/base/tool.ts';

const TEXT = { type: 'string' };
const COUNT = { type: 'integer', minimum: 1, maximum: 100, default: 30 };

/** A server with tools that take anything. */
export function plainServer(name: string, tools: readonly string[]): CatalogServer {
  const toTool = (tool: string): Tool => ({
    server: name,
    name: tool,
    identifier: tool,
    inputSchema: { type: 'object' },
  });
  return { name, identifier: name, tools: tools.toSorted().map(toTool), dropped: [] };
}

/** A server with so many tools of the size that servers for issue trackers and the like have. */
export function typedServer(name: string, count: number): CatalogServer {
  const tools = Array.from({ length: count }, (_, index) => typedTool(name, index)).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  return { name, identifier: name, tools, dropped: [] };
}

export function catalogOf(...servers: readonly CatalogServer[]): Catalog {
  const sorted = servers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { servers: sorted, hash: sorted.map(({ name, tools }) => `${name}${tools.length}`).join() };
}

function typedTool(server: string, index: number): Tool {
  const name = `${['list', 'get', 'create', 'update', 'search'][index % 5]}_item_${index}`;
  return {
    server,
    name,
    identifier: name,
    description: `Works on items of kind ${index}, with filters, order and pages.`,
    inputSchema: inputSchema(index),
    ...(index % 2 === 0 ? { outputSchema: OUTPUT_SCHEMA } : {}),
  };
}

function inputSchema(index: number): JsonObject {
  return {
    type: 'object',
    properties: {
      owner: { ...TEXT, description: 'Whose it is.' },
      repository: { ...TEXT, description: 'Where it is.' },
      state: { type: 'string', enum: ['open', 'closed', 'all'], default: 'open' },
      labels: { type: 'array', items: TEXT, description: 'All of these.' },
      perPage: COUNT,
      filter: { type: 'object', properties: { since: { ...TEXT, format: 'date-time' }, author: TEXT }, required: [] },
      [`option${index}`]: { anyOf: [TEXT, { type: 'number' }, { type: 'null' }] },
    },
    required: ['owner', 'repository'],
    additionalProperties: false,
  };
}

const OUTPUT_SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    total: { type: 'integer' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'integer' },
          title: TEXT,
          labels: { type: 'array', items: TEXT },
          open: { type: 'boolean' },
        },
        required: ['id', 'title'],
      },
    },
  },
  required: ['total', 'items'],
};
