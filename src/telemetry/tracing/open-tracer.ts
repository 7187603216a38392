/**
 * Spans through the API of OpenTelemetry: of our own exporter where the environment names a collector, else of the SDK
 * that somebody has set up in this process. Loaded by tracing.ts where either is there, and by nobody else.
 */
import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { TraceContext } from '../../base/gate/trace-context.ts';
import type { OpenSpan, Tracing, TracingOptions } from './span.ts';

const SCOPE = 'codeloom';
const KINDS = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

export type OpenTracer = Pick<Tracing, 'span' | 'close'>;

export async function openTracer({
  isExporting,
  env,
  version,
  log,
}: TracingOptions & { readonly isExporting: boolean }): Promise<OpenTracer> {
  const exporting = isExporting ? await openExporter({ env, version, log }) : undefined;
  const tracer = (exporting?.provider ?? trace).getTracer(SCOPE, version);
  return {
    async span({ name, kind, attributes }, parent, work) {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent));
      try {
        return await work(openSpan(span, parent));
      } catch (thrown) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw thrown;
      } finally {
        span.end();
      }
    },
    close: async () => exporting?.close(),
  };
}

async function openExporter(options: TracingOptions) {
  const { openOtlpProvider } = await import('./otlp-provider.ts');
  return openOtlpProvider(options);
}

/** Never the ambient context: a span belongs to what the request says, not to whatever runs beside it. */
function contextOf(parent: TraceContext | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = '00'] = parent.traceparent.split('-');
  const { tracestate } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  });
}

function openSpan(span: Span, parent: TraceContext | undefined): OpenSpan {
  return {
    trace: traceOf(span) ?? parent,
    set: (attributes) => void span.setAttributes(attributes),
    fail: (type) => void span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR }),
  };
}

/** Undefined where the span is none, as of an API without an SDK. */
function traceOf(span: Span): TraceContext | undefined {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined;
  const state = traceState?.serialize() ?? '';
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  return { traceparent, ...(state === '' ? {} : { tracestate: state }) };
}
