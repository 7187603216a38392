import { describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../served.ts';
import { type Collector, type SeenSpan, startCollector } from './collector.ts';
import { startTraced } from './traced-client.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${CLIENT_SPAN}-01`;
const SOON = { timeout: 20_000 } as const;
const PROGRAM = 'const { meta } = await mcp.kit.meta({ secret: "swordfish" }); return meta';

const exportTo = ({ endpoint }: Collector, more: Record<string, string> = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_BSP_SCHEDULE_DELAY: '20',
  ...more,
});

function named(spans: readonly SeenSpan[], name: string): SeenSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0] as SeenSpan;
}

describe.each(TRANSPORTS)('spans over %s', (transport) => {
  it.each(['2026', '2025'] as const)('join the trace of a %s client, and the upstream joins them', async (era) => {
    const collector = await startCollector();
    const { call } = await startTraced({ transport, era, env: exportTo(collector) });
    const { result, runId } = await call(
      'run_js',
      { code: PROGRAM },
      { traceparent: TRACEPARENT, tracestate: 'v=1', baggage: 'a=b' },
    );
    await expect.poll(() => collector.spans.length, SOON).toBe(3);
    const request = named(collector.spans, 'tools/call run_js');
    const run = named(collector.spans, 'run');
    const tool = named(collector.spans, 'tools/call meta');
    expect([request, run, tool].map((span) => span.traceId)).toEqual([TRACE_ID, TRACE_ID, TRACE_ID]);
    expect([request, run, tool].map((span) => span.parentSpanId)).toEqual([CLIENT_SPAN, request.spanId, run.spanId]);
    expect([request, run, tool].map((span) => span.kind)).toEqual([2, 1, 3]);
    expect(result).toMatchObject({ traceparent: `00-${TRACE_ID}-${tool.spanId}-01`, tracestate: 'v=1' });
    expect(result).not.toHaveProperty('baggage');
    expect(run.attributes).toMatchObject({
      'codeloom.run.id': runId,
      'codeloom.run.outcome': 'completed',
      'codeloom.engine': 'node',
      'codeloom.tool': 'run_js',
    });
    expect(tool.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'meta',
      'codeloom.server': 'kit',
    });
    // Neither arguments nor code nor results.
    expect(collector.text()).not.toMatch(/swordfish|await mcp/);
  });
});

describe('spans', () => {
  it('begin a trace of their own where the client sends none', async () => {
    const collector = await startCollector();
    const { call } = await startTraced({ transport: 'stdio', era: '2026', env: exportTo(collector) });
    const { result } = await call('run_js', { code: PROGRAM });
    await expect.poll(() => collector.spans.length, SOON).toBe(3);
    const request = named(collector.spans, 'tools/call run_js');
    expect(request.parentSpanId ?? '').toBe('');
    expect(JSON.stringify(result)).toContain(request.traceId);
  });

  it('join the trace of the HTTP headers where the request itself says nothing', async () => {
    const collector = await startCollector();
    const { call } = await startTraced({
      transport: 'http',
      era: '2026',
      env: exportTo(collector),
      headers: { traceparent: TRACEPARENT },
    });
    await call('mcp-exec', { name: 'kit.meta', arguments: {} });
    await expect.poll(() => collector.spans.length, SOON).toBe(2);
    const request = named(collector.spans, 'tools/call mcp-exec');
    expect([request.traceId, request.parentSpanId]).toEqual([TRACE_ID, CLIENT_SPAN]);
    expect(named(collector.spans, 'tools/call meta').parentSpanId).toBe(request.spanId);
  });

  it('say what failed, by a code and not by its words', async () => {
    const collector = await startCollector();
    const { call } = await startTraced({ transport: 'stdio', era: '2025', env: exportTo(collector) });
    await call('run_js', { code: 'return await mcp.kit.fail({})' });
    await expect.poll(() => collector.spans.length, SOON).toBe(3);
    expect(named(collector.spans, 'tools/call fail').attributes['error.type']).toBe('upstream-error');
    expect(named(collector.spans, 'run').attributes['error.type']).toBe('program-threw');
    expect(named(collector.spans, 'tools/call run_js').attributes['error.type']).toBe('tool_error');
    expect(collector.spans.map(({ status }) => status.code)).toEqual([2, 2, 2]);
    expect(collector.text()).not.toContain('it is broken');
  });

  it('give all tools of agents one name, and hold their own in an attribute', async () => {
    const collector = await startCollector();
    const { call } = await startTraced({ transport: 'stdio', era: '2026', env: exportTo(collector) });
    await call('code-mode', { name: 'mine', servers: [], code: 'return 1' });
    await call('code-mode-mine', {});
    await expect.poll(() => collector.spans.length, SOON).toBe(3);
    const attributes = { 'gen_ai.tool.name': 'code-mode-mine' };
    expect(named(collector.spans, 'tools/call code-mode-*').attributes).toMatchObject(attributes);
  });

  it('honour the name, attributes and headers that the variables give', async () => {
    const collector = await startCollector();
    const { call } = await startTraced({
      transport: 'stdio',
      era: '2026',
      env: exportTo(collector, {
        OTEL_SERVICE_NAME: 'looms',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,service.name=other',
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=abc',
      }),
    });
    await call('system.health', {});
    await expect.poll(() => collector.spans.length, SOON).toBe(1);
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'looms', 'deployment.environment': 'test' });
    expect(collector.requests[0]).toMatchObject({ url: '/v1/traces', headers: { 'x-key': 'abc' } });
  });

  it.each([
    ['the SDK is switched off', { OTEL_SDK_DISABLED: 'true' }],
    ['no exporter is wanted', { OTEL_TRACES_EXPORTER: 'none' }],
    ['the sampler takes none', { OTEL_TRACES_SAMPLER: 'always_off' }],
  ])('are not sent where %s, and the upstream still joins the trace of the client', async (_when, env) => {
    const collector = await startCollector();
    const { call, end } = await startTraced({ transport: 'stdio', era: '2026', env: exportTo(collector, env) });
    const { result } = await call('run_js', { code: PROGRAM }, { traceparent: TRACEPARENT });
    expect(JSON.stringify(result)).toContain(TRACE_ID);
    await end();
    expect(collector.requests).toEqual([]);
  });

  it('that are still here when the server ends are sent before it does', async () => {
    const collector = await startCollector();
    const { call, end } = await startTraced({
      transport: 'http',
      era: '2025',
      env: exportTo(collector, { OTEL_BSP_SCHEDULE_DELAY: '600000' }),
    });
    await call('run_js', { code: 'return 1' });
    expect(collector.spans).toEqual([]);
    await end();
    expect(collector.spans.map(({ name }) => name).sort()).toEqual(['run', 'tools/call run_js']);
  });
});
