/**
 * The span of one tools/call, joined to the trace that its client sent, and the way of that trace to whatever the call
 * leads to. Called by answer-call.ts for every call; tools know nothing of it.
 */
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { toFault } from '../../base/fault.ts';
import { parseTraceContext, type TraceContext } from '../../base/gate/trace-context.ts';
import type { ServerParts } from '../server-parts.ts';
import type { ServerTool } from '../server-tool.ts';

/** `work` is given parts whose runs and tool calls belong to the span. */
export function traceRequest(
  parts: ServerParts,
  { name }: Pick<ServerTool, 'name'>,
  ctx: Pick<ServerContext, 'mcpReq' | 'http'>,
  work: (parts: ServerParts) => Promise<CallToolResult>,
): Promise<CallToolResult> {
  const attributes = {
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': name,
    'network.transport': ctx.http === undefined ? 'pipe' : 'tcp',
  };
  const start = { name: `tools/call ${spanTarget(name)}`, kind: 'server', attributes } as const;
  return parts.tracing.span(start, clientTrace(ctx), async (span) => {
    try {
      const result = await work(withTrace(parts, span.trace));
      // The conventions for MCP have this word for a tool's own failure.
      if (result.isError === true) span.fail('tool_error');
      return result;
    } catch (thrown) {
      span.fail(toFault(thrown).code);
      throw thrown;
    }
  });
}

/** Names of spans are few: an agent's own tools share one, which the attribute tells apart. */
function spanTarget(name: string): string {
  return name.startsWith('code-mode-') && name !== 'code-mode-delete' ? 'code-mode-*' : name;
}

/** What the request itself says goes before what its transport says, which is of a step further out. */
function clientTrace({ mcpReq, http }: Pick<ServerContext, 'mcpReq' | 'http'>): TraceContext | undefined {
  const meta: Readonly<Record<string, unknown>> = mcpReq._meta ?? {};
  const headers = http?.req?.headers;
  return (
    parseTraceContext(meta.traceparent, meta.tracestate) ??
    parseTraceContext(headers?.get('traceparent'), headers?.get('tracestate'))
  );
}

/** The same parts, whose work belongs to the trace. */
export function withTrace(parts: ServerParts, trace: TraceContext | undefined): ServerParts {
  if (trace === undefined) return parts;
  const { sandboxes } = parts;
  return {
    ...parts,
    execute: (request, signal) => parts.execute({ ...request, trace }, signal),
    callUpstream: (call, signal) => parts.callUpstream({ ...call, trace }, signal),
    ...(sandboxes === undefined ? {} : { sandboxes: traceSandboxes(sandboxes, trace) }),
  };
}

function traceSandboxes(sandboxes: NonNullable<ServerParts['sandboxes']>, trace: TraceContext) {
  const execute: typeof sandboxes.execute = (sandbox, request, signal) =>
    sandboxes.execute(sandbox, { ...request, trace }, signal);
  return { ...sandboxes, execute };
}
