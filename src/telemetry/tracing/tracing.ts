/**
 * Spans: what Codeloom does for a request, joined to the trace of whoever asked. Made by src/main.ts, opened by the face
 * (requests), by the spine (runs) and around every tool call. Without an exporter nothing of OpenTelemetry is loaded, and
 * the caller's own trace context goes through as it came. A span holds names, sizes and codes; never an argument.
 */
import type { TraceContext } from '../../base/gate/trace-context.ts';
import type { OpenTracer } from './open-tracer.ts';
import type { OpenSpan, Tracing, TracingOptions } from './span.ts';

/** Where an SDK that somebody else has set up in this process puts itself, for all versions 1.x of the API. */
const GLOBAL_API = Symbol.for('opentelemetry.js.api.1');

export function createTracing(options: TracingOptions): Tracing {
  let opening: Promise<OpenTracer | undefined> | undefined;
  const tracer = () => {
    if (opening === undefined && (wantsExport(options.env) || hasGlobalTracer())) opening = open(options);
    return opening;
  };
  return {
    async span(start, parent, work) {
      const opened = await tracer();
      return opened === undefined ? work(passing(parent)) : opened.span(start, parent, work);
    },
    warm: () => void tracer(),
    close: async () => (await opening)?.close(),
  };
}

/** The standard variables that say where to send spans, unless others say that nothing is to be sent. */
export function wantsExport(env: TracingOptions['env']): boolean {
  const isSet = (name: string) => (env[name] ?? '').trim() !== '';
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return false;
  if (isSet('OTEL_TRACES_EXPORTER') && !exporters(env).includes('otlp')) return false;
  return isSet('OTEL_EXPORTER_OTLP_ENDPOINT') || isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
}

function exporters({ OTEL_TRACES_EXPORTER = '' }: TracingOptions['env']): readonly string[] {
  return OTEL_TRACES_EXPORTER.split(',').map((name) => name.trim().toLowerCase());
}

/** Looked up without the API, which takes longer to load than all else that an idle server needs of it. */
function hasGlobalTracer(): boolean {
  const api: unknown = Reflect.get(globalThis, GLOBAL_API);
  return typeof api === 'object' && api !== null && 'trace' in api;
}

/** Whatever is wrong with tracing is the operator's to read, and nothing that a request could wait for or fail by. */
async function open(options: TracingOptions): Promise<OpenTracer | undefined> {
  try {
    const { openTracer } = await import('./open-tracer.ts');
    return await openTracer({ ...options, isExporting: wantsExport(options.env) });
  } catch (thrown) {
    options.log.warn({ err: thrown }, 'tracing could not be set up; there are no spans');
    return undefined;
  }
}

function passing(trace: TraceContext | undefined): OpenSpan {
  return { trace, set: () => {}, fail: () => {} };
}
