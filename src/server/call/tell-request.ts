/**
 * A tools/call that was answered, as those hear of it who count requests and write them down: what was called in truth,
 * and which dynamic tool it was about. Called by answer-call.ts for every call, once.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { elapsedMs } from '../../base/deadline.ts';
import type { Fault } from '../../base/fault.ts';
import type { Caller } from '../../base/gate/caller.ts';
import type { RequestHappening } from '../../base/gate/happening.ts';
import { isJsonObject, type JsonObject } from '../../base/json.ts';
import type { Face } from '../face.ts';
import type { ServerTool } from '../server-tool.ts';
import type { Workspace } from '../workspace/workspace.ts';

export interface AskedCall {
  readonly tool: ServerTool;
  readonly args: JsonObject;
  readonly caller: Caller;
  readonly workspace: Workspace;
  readonly runId: string;
  readonly startedMs: number;
}

/** `end` is the answer, or what was thrown in place of one. */
export function tellRequest(
  face: Pick<Face, 'parts' | 'surface'>,
  asked: AskedCall,
  end: CallToolResult | Fault,
): void {
  const { tool, args, caller, workspace, runId, startedMs } = asked;
  const called = calledByName(face, asked);
  const isManagement = (called ?? tool).scope !== 'codeloom.execute';
  const inner = called === undefined ? args : (memberOf(args, 'arguments') ?? {});
  face.parts.tell({
    kind: 'request',
    caller,
    workspace: workspace.id,
    runId,
    tool: tool.name,
    ...(called === undefined ? {} : { called: called.name }),
    isManagement,
    ...endOf(end),
    ms: elapsedMs(startedMs),
    ...(isManagement ? management((called ?? tool).name, inner, end) : {}),
    args,
  });
}

/** A tool of ours that another was told to call. */
function calledByName(
  { surface }: Pick<Face, 'surface'>,
  { tool, args, workspace }: AskedCall,
): ServerTool | undefined {
  if (tool.name !== 'mcp-exec' || typeof args.name !== 'string') return undefined;
  return surface.find(args.name, workspace);
}

function endOf(end: CallToolResult | Fault): Pick<RequestHappening, 'ok' | 'code'> {
  if (isFault(end)) return { ok: false, code: end.code };
  const { isError, structuredContent: content } = end;
  const code = textOf(memberOf(content, 'error'), 'code') ?? textOf(content, 'kind');
  return { ok: isError !== true, ...(code === undefined ? {} : { code }) };
}

/** Sizes and the dynamic tool: measured here alone, because management is rare. */
function management(
  tool: string,
  args: JsonObject,
  end: CallToolResult | Fault,
): Pick<RequestHappening, 'touched' | 'argsBytes' | 'resultBytes'> {
  const content = isFault(end) ? undefined : end.structuredContent;
  const argsBytes = Buffer.byteLength(JSON.stringify(args));
  const resultBytes = content === undefined ? 0 : Buffer.byteLength(JSON.stringify(content));
  const name = textOf(content, 'name') ?? textOf(args, 'name') ?? textOf(memberOf(args, 'tool'), 'name');
  if (!tool.startsWith('dynamic.tool.') || name === undefined) return { argsBytes, resultBytes };
  const revision: unknown = isJsonObject(content) ? content.revision : undefined;
  return { touched: typeof revision === 'number' ? { name, revision } : { name }, argsBytes, resultBytes };
}

function isFault(end: CallToolResult | Fault): end is Fault {
  return end instanceof Error;
}

function memberOf(value: unknown, key: string): JsonObject | undefined {
  const member: unknown = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isJsonObject(member) ? member : undefined;
}

function textOf(value: unknown, key: string): string | undefined {
  const member: unknown = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof member === 'string' ? member : undefined;
}
