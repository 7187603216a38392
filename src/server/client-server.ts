/**
 * One SDK server object for one client (or, for clients without sessions, for one request): lists the tools of its
 * workspace and answers calls to them. Every transport makes its servers here, so that all clients see the same.
 */
import {
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { isJsonObject } from '../base/json.ts';
import { quote } from './arguments/describe-value.ts';
import { answerCall } from './call/answer-call.ts';
import { requestCaller } from './call/carry-caller.ts';
import { viewOf } from './caller-parts.ts';
import type { Face } from './face.ts';
import { offerPrompts } from './prompts/offer-prompts.ts';
import { offerResources } from './resources/offer-resources.ts';
import { nameStyleFor } from './tool-surface.ts';
import { toolNameHint } from './workspace/code-mode-name.ts';
import type { Workspace } from './workspace/workspace.ts';

export interface ClientServerOptions {
  /** False for a server that lives for one request: somebody else announces changes to its client. */
  readonly announces: boolean;
  readonly onClose?: () => void;
}

const INSTRUCTIONS =
  'Codeloom runs TypeScript or JavaScript programs that call the tools of MCP servers: mcp.<server>.<tool>(args). ' +
  'Look up signatures with mcp-types, then do the whole job in one run_js call: loop, filter and combine in the ' +
  'program, and return only what you need. code-mode keeps a program or a choice of servers as a tool of its own.';

export function createClientServer(face: Face, workspace: Workspace, options: ClientServerOptions): Server {
  const { parts, surface } = face;
  const server = new Server(
    { name: 'codeloom', title: 'Codeloom', version: parts.version },
    { capabilities: { tools: { listChanged: true }, resources: {}, prompts: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler('tools/list', async ({ params }, ctx) => {
    const style = nameStyleFor(parts.settings.toolNames, clientName(server, ctx));
    await surface.loaded();
    const caller = requestCaller(ctx, parts.owner);
    return { ...surface.list(workspace, style, params?.cursor, viewOf(caller, parts)) };
  });
  server.setRequestHandler('tools/call', async ({ params }, ctx) => {
    const tool = surface.find(params.name, workspace) ?? (await surface.findLate(params.name, workspace));
    if (tool === undefined) throw unknownTool(params.name, face, workspace, ctx);
    const args: unknown = params.arguments ?? {};
    return answerCall(face, workspace, tool, isJsonObject(args) ? args : {}, ctx);
  });
  offerResources(server, parts, workspace);
  offerPrompts(server);
  const stop = options.announces
    ? surface.onToolsChanged(workspace, () => {
        // A client without an open stream lists anew when it next does; there is nobody to tell.
        server.sendToolListChanged().catch(() => {});
      })
    : undefined;
  server.onclose = () => {
    stop?.();
    options.onClose?.();
  };
  server.onerror = (error) => parts.log.debug({ err: error }, 'a client connection reported an error');
  return server;
}

/** An unknown tool is an error of the protocol, by the specification; the message still helps to repair the call. */
function unknownTool(
  name: string,
  { parts, surface }: Pick<Face, 'parts' | 'surface'>,
  workspace: Workspace,
  ctx: ServerContext,
): ProtocolError {
  const view = viewOf(requestCaller(ctx, parts.owner), parts);
  const hint = toolNameHint(name, surface.names(workspace, view));
  const message = `There is no tool ${quote(name)}.${hint} tools/list has them all; tools of servers are called with mcp-exec or from a program.`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

/** From the request's own envelope (2026-07-28), else from the handshake. */
function clientName(server: Server, { mcpReq }: ServerContext): string | undefined {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  const info = envelope[CLIENT_INFO_META_KEY] ?? server.getClientVersion();
  return isJsonObject(info) && typeof info.name === 'string' ? info.name : undefined;
}
