/**
 * The SDK of OpenTelemetry with its exporter over OTLP/HTTP, set up from the standard variables. Loaded by
 * open-tracer.ts where they name a collector. A collector that is away or hangs costs spans and nothing else: they wait
 * in a queue with a cap, are sent in the background, and are given up at the end.
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Log } from '../../base/log.ts';
import { createExportAgent } from './export-agent.ts';
import { samplerOf } from './sampler.ts';
import type { TracingOptions } from './span.ts';

/** How long the end of the process waits for the last spans to leave. */
const FLUSH_MS = 2_000;
const MAX_ATTRIBUTE_CHARS = 256;

export interface OtlpProvider {
  readonly provider: TracerProvider;
  /** Never rejects, and never takes long. */
  close(): Promise<void>;
}

export function openOtlpProvider({ env, version, log }: TracingOptions): OtlpProvider {
  warnOfProtocol(env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL, log);
  const agent = createExportAgent(env);
  const exporter = new OTLPTraceExporter({ httpAgentOptions: agent.open });
  const processor = new BatchSpanProcessor({ exporter: telling(exporter, log), ...batchOptions(env) });
  const provider = new TracerProvider({
    resource: resourceOf(env, version),
    sampler: samplerOf(env, log),
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_CHARS },
    spanProcessors: [processor],
  });
  return { provider, close: () => closeWithin(FLUSH_MS, provider, agent.close, log) };
}

async function closeWithin(ms: number, provider: TracerProvider, abandon: () => void, log: Log): Promise<void> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), ms);
  const flushed = provider.shutdown().catch(() => {});
  if ((await Promise.race([flushed, late.promise])) === 'late') {
    log.warn({ ms }, 'the last spans did not leave in time; they are lost');
  }
  clearTimeout(timer);
  abandon();
}

/** Each change of fortune once: a collector that is away must not fill the log. */
function telling(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const hasFailed = result.code !== 0;
        if (hasFailed && !isFailing)
          log.warn({ reason: result.error?.message }, 'spans cannot be exported; they are lost');
        if (!hasFailed && isFailing) log.info('spans are exported again');
        isFailing = hasFailed;
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

/** The variables of the batch processor, which this SDK leaves to whoever sets it up. */
function batchOptions(env: TracingOptions['env']) {
  const known = [
    ['scheduledDelayMillis', 'OTEL_BSP_SCHEDULE_DELAY'],
    ['exportTimeoutMillis', 'OTEL_BSP_EXPORT_TIMEOUT'],
    ['maxQueueSize', 'OTEL_BSP_MAX_QUEUE_SIZE'],
    ['maxExportBatchSize', 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
  ] as const;
  const given = known.map(([option, name]) => [option, Number(env[name] ?? Number.NaN)] as const);
  return Object.fromEntries(given.filter(([, value]) => Number.isInteger(value) && value > 0));
}

/** The name is ours unless the operator gives one: OTEL_SERVICE_NAME goes before OTEL_RESOURCE_ATTRIBUTES. */
function resourceOf({ OTEL_SERVICE_NAME = '' }: TracingOptions['env'], version: string) {
  const own = resourceFromAttributes({ 'service.name': 'codeloom', 'service.version': version });
  const given = detectResources({ detectors: [resourceAttributesEnvDetector] });
  const name = OTEL_SERVICE_NAME.trim();
  const resource = defaultResource().merge(own).merge(given);
  return name === '' ? resource : resource.merge(resourceFromAttributes({ 'service.name': name }));
}

/** Collectors take JSON where they take protobuf over HTTP; gRPC is another port, and another language. */
function warnOfProtocol(protocol: string | undefined, log: Log): void {
  if (protocol?.trim() !== 'grpc') return;
  log.warn(
    'OTEL_EXPORTER_OTLP_PROTOCOL is grpc, which Codeloom does not speak: it sends OTLP/HTTP with JSON, as to port 4318',
  );
}
