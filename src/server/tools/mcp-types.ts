/**
 * `mcp-types`: the declarations of chosen upstream tools, what was dropped of them, and which upstreams cannot be
 * reached. An upstream that is down costs its own declarations only.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { Fault, toFault } from '../../base/fault.ts';
import { nearestHint } from '../../base/nearest.ts';
import type { Catalog, CatalogServer } from '../../base/tool.ts';
import { quote } from '../arguments/describe-value.ts';
import { knownServers, listServers } from '../arguments/known-servers.ts';
import { isCalled, lookAround } from '../arguments/look-around.ts';
import { answerSchema } from '../rendering/outcome-schema.ts';
import { cutText, DECLARATIONS_TEXT_CHARS, safeText } from '../rendering/text.ts';
import { DETAILS, type Detail } from '../server-parts.ts';
import { type CallContext, defineTool, type ServerTool } from '../server-tool.ts';
import { CALL_RESULT, SERVERS_PROPERTY } from './run-js.ts';

interface McpTypesArguments {
  readonly servers?: readonly string[];
  readonly tools?: readonly string[];
  readonly detail?: Detail;
}

interface Unavailable {
  readonly server: string;
  readonly reason: string;
}

interface Reached {
  readonly servers: readonly CatalogServer[];
  readonly unavailable: readonly Unavailable[];
}

const SHOWN_DROPPED = 20;
const SHOWN_UNKNOWN = 10;
const SHOWN_SERVERS = 10;
const named = {
  type: 'object',
  properties: { server: { type: 'string' }, name: { type: 'string' }, reason: { type: 'string' } },
};

export function mcpTypesTool(): ServerTool {
  return defineTool<McpTypesArguments>({
    name: 'mcp-types',
    title: 'Tool declarations',
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    description: () =>
      `TypeScript declarations of the tools that programs may call: of all servers, or of chosen servers or tools. Start with detail "names" or "summary" where there are many. ${CALL_RESULT}`,
    properties: {
      servers: { ...SERVERS_PROPERTY, description: 'Default: all servers.' },
      tools: { ...SERVERS_PROPERTY, description: 'Only these, as "tool" or "server.tool".' },
      detail: { type: 'string', enum: DETAILS, description: 'names, summary (one line a tool) or full; default full.' },
    },
    required: [],
    outputSchema: answerSchema(
      {
        declarations: { type: 'string' },
        servers: {
          type: 'array',
          items: { type: 'object', properties: { name: { type: 'string' }, tools: { type: 'number' } } },
        },
        dropped: { type: 'array', items: named },
        unavailable: { type: 'array', items: named },
      },
      ['declarations', 'servers', 'dropped', 'unavailable'],
    ),
    call: describeTypes,
  });
}

async function describeTypes(
  { servers, tools, detail }: McpTypesArguments,
  context: CallContext,
): Promise<CallToolResult> {
  const { parts, signal } = context;
  const names =
    servers === undefined ? parts.upstreams.names().map(({ name }) => name) : knownServers(servers, parts.upstreams);
  const reached = await reach(names, context);
  if (tools !== undefined) await refuseUnknownTools(tools, { ...reached, isNone: names.length === 0 }, context);
  const request = {
    servers: reached.servers.map(({ name }) => name),
    detail: detail ?? 'full',
    ...(tools === undefined ? {} : { tools }),
  };
  const declarations = request.servers.length === 0 ? '' : await parts.declarations(request, signal);
  return render(declarations, reached, emptyText(names, context));
}

/** Every upstream by itself, so that one that is down does not take the others along. */
async function reach(names: readonly string[], { parts, signal }: CallContext): Promise<Reached> {
  const attempts = await Promise.all(
    names.map(async (name): Promise<Catalog | Unavailable> => {
      try {
        return await parts.upstreams.catalog([name], signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const fault = toFault(thrown);
        if (fault.code === 'INTERNAL') throw thrown;
        return { server: name, reason: safeText(fault.message) };
      }
    }),
  );
  return {
    servers: attempts.flatMap((attempt) => ('hash' in attempt ? attempt.servers : [])),
    unavailable: attempts.filter((attempt) => 'reason' in attempt),
  };
}

/** Throws ARGUMENTS_INVALID that says where there is no such tool, and where there is one. */
async function refuseUnknownTools(
  tools: readonly string[],
  { servers, unavailable, isNone }: Reached & { readonly isNone: boolean },
  { parts, signal }: CallContext,
): Promise<void> {
  const known = new Set<string>();
  for (const server of servers) {
    for (const { name, identifier } of server.tools) {
      for (const each of [name, identifier]) known.add(each).add(`${server.name}.${each}`);
    }
  }
  const unknown = tools.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const around = await lookAround(parts.upstreams, signal);
  const where = isNone ? ' where no servers are asked for' : searched(servers);
  const sentences = unknown.slice(0, SHOWN_UNKNOWN).map((name) => {
    const having = around.filter((server) => server.tools.some((tool) => isCalled(tool, name)));
    const hint =
      having.length > 0
        ? `; ${listed(having)} ${having.length > 1 ? 'have' : 'has'} it.`
        : `.${nearestHint(name, known)}`;
    return `There is no tool ${quote(name)}${where}${hint}`;
  });
  const down = unavailable.map(({ server, reason }) => `The server ${quote(server)} is unavailable: ${reason}`);
  throw new Fault('ARGUMENTS_INVALID', [...sentences, ...down].join(' '));
}

function searched(servers: readonly CatalogServer[]): string {
  return servers.length === 0 ? '' : ` in ${listed(servers)}`;
}

function listed(servers: readonly CatalogServer[]): string {
  const more = servers.length > SHOWN_SERVERS ? ` and ${servers.length - SHOWN_SERVERS} more` : '';
  return `${servers
    .slice(0, SHOWN_SERVERS)
    .map(({ name }) => name)
    .join(', ')}${more}`;
}

/** Why there are no declarations where nothing else is to be said. */
function emptyText(asked: readonly string[], { parts }: CallContext): string {
  const names = parts.upstreams.names().map(({ name }) => name);
  const reason = asked.length === 0 && names.length > 0 ? 'No servers were asked for. ' : '';
  return `${reason}${listServers(names)}`;
}

function render(declarations: string, { servers, unavailable }: Reached, empty: string): CallToolResult {
  const dropped = servers.flatMap(({ name: server, dropped }) =>
    dropped.map(({ name, reason }) => ({ server, name: safeText(name), reason: safeText(reason) })),
  );
  const more = dropped.length - SHOWN_DROPPED;
  const lines = [
    ...unavailable.map(({ server, reason }) => `unavailable: ${server}: ${reason}`),
    ...dropped.slice(0, SHOWN_DROPPED).map(({ server, name, reason }) => `dropped: ${server}.${name}: ${reason}`),
    ...(more > 0 ? [`and ${more} more dropped`] : []),
    cutText(
      declarations,
      DECLARATIONS_TEXT_CHARS,
      'all of it is in structuredContent; choose servers, tools or less detail for a shorter text',
    ),
  ];
  return {
    content: [{ type: 'text', text: lines.join('\n') || empty }],
    structuredContent: {
      declarations,
      servers: servers.map(({ name, tools }) => ({ name, tools: tools.length })),
      dropped,
      unavailable,
    },
  };
}
