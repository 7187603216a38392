import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../src/base/log.ts';
import { samplerOf } from '../../../src/telemetry/tracing/sampler.ts';
import { createTracing, wantsExport } from '../../../src/telemetry/tracing/tracing.ts';

const PARENT = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' };
const START = { name: 'run', kind: 'internal', attributes: { 'codeloom.tool': 'run_js' } } as const;
const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };

const tracingOf = () => createTracing({ env: {}, version: '1', log: createLog('silent') });

/** As a process that embeds Codeloom sets up its own. */
function ownSdk(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  return exporter;
}

afterEach(() => trace.disable());

describe('tracing without an exporter', () => {
  it('hands on the trace of the caller as it came, and the end of the work as it was', async () => {
    const tracing = tracingOf();
    expect(await tracing.span(START, PARENT, async ({ trace: given }) => given)).toEqual(PARENT);
    expect(await tracing.span(START, undefined, async ({ trace: given }) => given)).toBeUndefined();
    const broken = tracing.span(START, PARENT, () => Promise.reject(new Error('broken')));
    await expect(broken).rejects.toThrow('broken');
    await tracing.close();
  });

  it('gives its spans to the SDK that its process has set up', async () => {
    const exporter = ownSdk();
    const given = await tracingOf().span(START, PARENT, async (span) => {
      span.set({ 'codeloom.engine': 'node' });
      span.fail('program-threw');
      return span.trace;
    });
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'run',
      attributes: { 'codeloom.tool': 'run_js', 'codeloom.engine': 'node', 'error.type': 'program-threw' },
      parentSpanContext: { spanId: PARENT.traceparent.slice(36, 52), isRemote: true },
      status: { code: 2 },
    });
    expect(given?.traceparent).toBe(`${PARENT.traceparent.slice(0, 36)}${span?.spanContext().spanId}-01`);
    expect(given?.tracestate).toBe(PARENT.tracestate);
  });

  it('ends the span of work that was thrown out of', async () => {
    const exporter = ownSdk();
    const broken = tracingOf().span(START, undefined, () => Promise.reject(new Error('at /home/somebody')));
    await expect(broken).rejects.toThrow('somebody');
    const [span] = exporter.getFinishedSpans();
    expect([span?.ended, span?.status.code, JSON.stringify(span?.events)]).toEqual([true, 2, '[]']);
  });
});

describe('the variables', () => {
  it.each([
    [{}, false],
    [OTLP, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, false],
    [{ ...OTLP, OTEL_SDK_DISABLED: 'TRUE' }, false],
    [{ ...OTLP, OTEL_SDK_DISABLED: 'no' }, true],
    [{ ...OTLP, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ ...OTLP, OTEL_TRACES_EXPORTER: 'console, otlp' }, true],
  ])('%j: spans are exported is %s', (env, expected) => {
    expect(wantsExport(env)).toBe(expected);
  });

  it.each([
    [undefined, undefined, 'ParentBased{root=AlwaysOnSampler'],
    ['always_off', undefined, 'AlwaysOffSampler'],
    ['traceidratio', '0.25', 'TraceIdRatioBased{0.25}'],
    ['parentbased_traceidratio', '0.5', 'ParentBased{root=TraceIdRatioBased{0.5}'],
    ['traceidratio', 'many', 'ParentBased{root=AlwaysOnSampler'],
    ['__proto__', undefined, 'ParentBased{root=AlwaysOnSampler'],
  ])('sampler %s with %s is %s', (name, argument, expected) => {
    const env = { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument };
    expect(samplerOf(env, createLog('silent')).toString()).toContain(expected);
  });
});
