/**
 * One tools/call from the request to its answer: who asks, are the arguments right, and what the tool says, a fault
 * included. Every call of every transport comes through here, and is told to those who listen when it has ended.
 */
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { elapsedMs, nowMs } from '../../base/deadline.ts';
import { toFault } from '../../base/fault.ts';
import type { Caller } from '../../base/gate/caller.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Face } from '../face.ts';
import { renderMistakes, renderThrown } from '../rendering/render-fault.ts';
import type { ServerParts } from '../server-parts.ts';
import type { CallContext, ServerTool } from '../server-tool.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { reportProgress } from './report-progress.ts';

export async function answerCall(
  { parts, surface, calls }: Face,
  workspace: Workspace,
  tool: ServerTool,
  args: JsonObject,
  ctx: ServerContext,
): Promise<CallToolResult> {
  const progress = reportProgress(ctx);
  const leave = workspace.enter();
  workspace.markUsed();
  const caller = callerOf(ctx, parts);
  const ended = tellEnd(parts, tool, caller, workspace);
  try {
    const result = await calls.run(ctx.mcpReq.signal, (signal) => {
      const { onProgress } = progress;
      const given = onProgress === undefined ? {} : { onProgress };
      return call(tool, args, { parts, workspace, caller, surface, signal, ...given });
    });
    ended(result.isError !== true);
    return result;
  } catch (thrown) {
    ended(false, toFault(thrown).code);
    // A cancelled request gets no answer, so what its call threw is nobody's error.
    const log = ctx.mcpReq.signal.aborted ? parts.log.child({}, { level: 'silent' }) : parts.log;
    return renderThrown(thrown, tool.name, log);
  } finally {
    progress.end();
    leave();
  }
}

async function call(tool: ServerTool, args: JsonObject, context: CallContext): Promise<CallToolResult> {
  const mistakes = tool.check(args);
  return mistakes.length > 0 ? renderMistakes(tool.name, mistakes) : tool.call(args, context);
}

function callerOf(_ctx: ServerContext, { owner }: ServerParts): Caller {
  return owner;
}

function tellEnd({ tell }: ServerParts, { name: tool, scope }: ServerTool, caller: Caller, workspace: Workspace) {
  const startedMs = nowMs();
  const isManagement = scope !== 'codeloom.execute';
  return (ok: boolean, code?: string) => {
    const ms = elapsedMs(startedMs);
    const end = { ok, ...(code === undefined ? {} : { code }), ms };
    tell({ kind: 'request', caller, workspace: workspace.id, tool, isManagement, ...end });
  };
}
