/**
 * The spans of a run and of tool calls, put around the work from without: neither the engines nor the gate know of them.
 * traceRun is called by the spine, traceCalls by the spine and by src/main.ts for calls without a run.
 */
import { toFault } from '../../base/fault.ts';
import type { TraceContext } from '../../base/gate/trace-context.ts';
import type { CallTool, ToolReply } from '../../run/call-tool.ts';
import type { OpenSpan, Tracing } from './span.ts';

/** What a span says of an outcome. */
export interface TracedOutcome {
  readonly kind: string;
  readonly runId: string;
  readonly engine: string;
  readonly isolation: string;
  readonly toolCalls: readonly unknown[];
}

export interface RunSpan {
  /** The name under which the program was asked for. */
  readonly tool: string;
  /** What asked for it. */
  readonly trace?: TraceContext | undefined;
}

/** `work` is given the trace that its tool calls belong to. */
export function traceRun<Executed extends { readonly outcome: TracedOutcome }>(
  tracing: Tracing,
  { tool, trace }: RunSpan,
  work: (trace: TraceContext | undefined) => Promise<Executed>,
): Promise<Executed> {
  const attributes = { 'codeloom.tool': tool };
  return tracing.span({ name: 'run', kind: 'internal', attributes }, trace, async (span) => {
    const executed = await failing(span, () => work(span.trace));
    describeOutcome(span, executed.outcome);
    return executed;
  });
}

function describeOutcome(span: OpenSpan, { kind, runId, engine, isolation, toolCalls }: TracedOutcome): void {
  span.set({
    'codeloom.run.id': runId,
    'codeloom.run.outcome': kind,
    'codeloom.run.tool_calls': toolCalls.length,
    'codeloom.engine': engine,
    'codeloom.isolation': isolation,
  });
  if (kind !== 'completed') span.fail(kind);
}

/** The same calls, each with a span, which the upstream is told of as its parent. */
export function traceCalls(tracing: Tracing, callTool: CallTool, trace: TraceContext | undefined): CallTool {
  return (call, signal) => {
    const { server, name } = call.tool;
    const attributes = {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'codeloom.server': server,
      'codeloom.run.id': call.runId,
    };
    return tracing.span({ name: `tools/call ${name}`, kind: 'client', attributes }, trace, async (span) => {
      const given = span.trace === undefined ? call : { ...call, trace: span.trace };
      const reply: ToolReply = await failing(span, () => callTool(given, signal));
      if (reply.kind === 'failure') span.fail(reply.failure.code);
      return reply;
    });
  };
}

async function failing<Value>(span: OpenSpan, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    span.fail(toFault(thrown).code);
    throw thrown;
  }
}
