/**
 * One tools/call from the request to its answer: who asks, are the arguments right, and what the tool says, a fault
 * included. Every call of every transport comes through here, and is told to those who listen when it has ended.
 */
import { randomUUID } from 'node:crypto';
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { nowMs } from '../../base/deadline.ts';
import { toFault } from '../../base/fault.ts';
import type { JsonObject } from '../../base/json.ts';
import { partsFor } from '../caller-parts.ts';
import type { Face } from '../face.ts';
import { renderMistakes, renderThrown } from '../rendering/render-fault.ts';
import type { CallContext, ServerTool } from '../server-tool.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { assertScope } from './assert-scope.ts';
import { requestCaller } from './carry-caller.ts';
import { withRunId } from './carry-run-id.ts';
import { reportProgress } from './report-progress.ts';
import { tellRequest } from './tell-request.ts';
import { traceRequest } from './trace-request.ts';

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
  const caller = requestCaller(ctx, parts.owner);
  const runId = randomUUID();
  const asked = { tool, args, caller, workspace, runId, startedMs: nowMs() };
  try {
    const result = await calls.run(ctx.mcpReq.signal, (signal) => {
      const { onProgress } = progress;
      const given = onProgress === undefined ? {} : { onProgress };
      return traceRequest(withRunId(parts, runId, ctx.http?.req?.signal), tool, ctx, (traced) =>
        call(tool, args, { parts: partsFor(caller, traced), workspace, caller, surface, signal, ...given }),
      );
    });
    tellRequest({ parts, surface }, asked, result);
    return result;
  } catch (thrown) {
    tellRequest({ parts, surface }, asked, toFault(thrown));
    // A cancelled request gets no answer, so what its call threw is nobody's error.
    const log = parts.log.child({ runId }, ctx.mcpReq.signal.aborted ? { level: 'silent' } : {});
    return renderThrown(thrown, tool.name, log);
  } finally {
    progress.end();
    leave();
  }
}

async function call(tool: ServerTool, args: JsonObject, context: CallContext): Promise<CallToolResult> {
  assertScope(tool, context);
  const mistakes = tool.check(args);
  return mistakes.length > 0 ? renderMistakes(tool.name, mistakes) : tool.call(args, context);
}
