/**
 * `mcp-exec`: calls one tool by name, of the workspace or of an upstream, for clients that do not list tools anew and
 * for single calls that need no program. A name of the workspace wins over an upstream's.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { Fault } from '../../base/fault.ts';
import type { JsonObject } from '../../base/json.ts';
import { nearestHint } from '../../base/nearest.ts';
import type { ToolFailure } from '../../run/call-tool.ts';
import { quote } from '../arguments/describe-value.ts';
import { knownServers, listServers } from '../arguments/known-servers.ts';
import { lookAround } from '../arguments/look-around.ts';
import { assertScope } from '../call/assert-scope.ts';
import { assertMayName, viewOf } from '../caller-parts.ts';
import { OUTCOME_PROPERTIES } from '../rendering/outcome-schema.ts';
import { renderError, renderMistakes } from '../rendering/render-fault.ts';
import { renderReply } from '../rendering/reply/render-reply.ts';
import { safeText } from '../rendering/text.ts';
import type { Upstreams } from '../server-parts.ts';
import { type CallContext, defineTool, type ServerTool } from '../server-tool.ts';
import { toolNameHint } from '../workspace/code-mode-name.ts';

interface McpExecArguments {
  readonly name?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly arguments?: JsonObject;
}

interface UpstreamTarget {
  readonly server: string;
  readonly tool: string;
}

const NAME = 'mcp-exec';

export function mcpExecTool(): ServerTool {
  return defineTool<McpExecArguments>({
    name: NAME,
    title: 'Call a tool by name',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    description: () =>
      'Calls one tool by name: a code-mode or dynamic tool, or a tool of a server as "server.tool" or with server and tool. For more than one call, write a program for run_js.',
    properties: {
      name: { type: 'string', description: '"code-mode-<name>", the name of a dynamic tool, or "server.tool".' },
      server: { type: 'string', description: 'With tool, instead of name.' },
      tool: { type: 'string', description: 'With server, instead of name.' },
      arguments: { type: 'object', description: 'The arguments of that tool; default {}.' },
    },
    required: [],
    // An answer is an Outcome, or `result` alone, or a fault: any member may be absent.
    outputSchema: {
      type: 'object',
      properties: { ...OUTCOME_PROPERTIES, server: { type: 'string' }, tool: { type: 'string' } },
    },
    call: exec,
  });
}

async function exec(given: McpExecArguments, context: CallContext): Promise<CallToolResult> {
  const name = nameOf(given);
  const args = given.arguments ?? {};
  if (name === NAME) throw new Fault('ARGUMENTS_INVALID', `name: expected another tool, got ${NAME} itself.`);
  const own = name === undefined ? undefined : await findOwn(name, context);
  if (own !== undefined) {
    assertScope(own, context);
    const mistakes = own.check(args);
    return mistakes.length > 0 ? renderMistakes(own.name, mistakes) : own.call(args, context);
  }
  const named = await targetOf(given, name, context);
  const { parts, caller, signal, onProgress } = context;
  const target = await resolveUpstreamTool(named, context);
  if ('failure' in target) return renderError(target.failure, { ...named });
  const call = { ...target, args, caller, ...(onProgress === undefined ? {} : { onProgress }) };
  const reply = await parts.callUpstream(call, signal);
  if (reply.kind === 'failure') return renderError(reply.failure, { ...target });
  return renderReply(target, reply, parts.settings.limits.toolResultBytes);
}

/** What is no tool of a server may be a dynamic tool that has not been read yet. */
async function findOwn(name: string, { surface, workspace, parts }: CallContext): Promise<ServerTool | undefined> {
  const found = surface.find(name, workspace);
  if (found !== undefined || splitName(name, parts.upstreams) !== undefined) return found;
  return surface.findLate(name, workspace);
}

/** The one name, or undefined where server and tool are given. Throws for anything between. */
function nameOf({ name, server, tool }: McpExecArguments): string | undefined {
  if (name !== undefined && server === undefined && tool === undefined) return name;
  if (name === undefined && server !== undefined && tool !== undefined) return undefined;
  throw new Fault(
    'ARGUMENTS_INVALID',
    'the arguments: expected either name, or server and tool, got another combination.',
  );
}

async function targetOf(
  { server, tool }: McpExecArguments,
  name: string | undefined,
  context: CallContext,
): Promise<UpstreamTarget> {
  const { upstreams } = context.parts;
  if (name === undefined) {
    const [known] = knownServers([server ?? ''], upstreams);
    return { server: known ?? '', tool: tool ?? '' };
  }
  const target = splitName(name, upstreams) ?? splitName(name.replace(/^mcp\./, ''), upstreams);
  if (target !== undefined) return target;
  assertMayName(context, name);
  const servers = upstreams.names().map((each) => each.name);
  throw new Fault(
    'ARGUMENTS_INVALID',
    `There is no tool ${quote(name)}.${await hintAt(name, context)} Tools of servers are named server.tool. ${listServers(servers)}`,
  );
}

/** At a tool of the workspace, or of any server, that may have been meant without its full name. */
async function hintAt(name: string, { parts, surface, workspace, caller, signal }: CallContext): Promise<string> {
  const found = await lookAround(parts.upstreams, signal);
  const tools = found.flatMap((server) => server.tools);
  const byName = tools.flatMap(({ server, name: tool, identifier }) => {
    const full = `${server}.${tool}`;
    return [tool, identifier, full].map((each) => [each, full] as const);
  });
  return toolNameHint(name, surface.names(workspace, viewOf(caller, parts)), new Map(byName));
}

/** `server.tool`, where the server's own name may hold dots too: the longest that fits is meant. */
function splitName(name: string, upstreams: Upstreams): UpstreamTarget | undefined {
  const fitting = upstreams.names().filter((server) => name.startsWith(`${server.name}.`));
  const [longest] = fitting.sort((one, other) => other.name.length - one.name.length);
  return longest === undefined ? undefined : { server: longest.name, tool: name.slice(longest.name.length + 1) };
}

/** The target with the tool's own name, found under that or under its identifier; the failure where a rule is in the way. */
async function resolveUpstreamTool(
  { server, tool }: UpstreamTarget,
  context: CallContext,
): Promise<UpstreamTarget | { readonly failure: ToolFailure }> {
  const { parts, signal } = context;
  const catalog = await parts.upstreams.catalog([server], signal);
  const found = catalog.servers.find(({ name }) => name === server);
  const tools = found?.tools ?? [];
  const match = tools.find(({ name }) => name === tool) ?? tools.find(({ identifier }) => identifier === tool);
  if (match !== undefined) return { server, tool: match.name };
  const failure = parts.policy?.refuseToolName(context.caller, server, tool);
  if (failure !== undefined) return { failure };
  const dropped = found?.dropped.find(({ name }) => name === tool);
  if (dropped !== undefined) {
    throw new Fault(
      'ARGUMENTS_INVALID',
      `The tool ${quote(tool)} of ${quote(server)} is not offered: ${safeText(dropped.reason)}`,
    );
  }
  const names = tools.map(({ name }) => name);
  throw new Fault(
    'ARGUMENTS_INVALID',
    `The server ${quote(server)} has no tool ${quote(tool)}.${nearestHint(tool, names)} mcp-types lists what it has.`,
  );
}
