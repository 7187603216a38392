import { describe, expect, it } from 'vitest';
import { startCollector } from '../../e2e/telemetry/collector.ts';
import { startTraced } from '../../e2e/telemetry/traced-client.ts';

const IDS = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const PROGRAM = 'return (await mcp.kit.meta({})).meta ?? null';
const SOON = { timeout: 20_000 } as const;

const HOSTILE: readonly (readonly [string, Record<string, unknown>])[] = [
  ['a number', { traceparent: 1 }],
  ['an object', { traceparent: { __proto__: null, toString: 'x' } }],
  ['zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00` }],
  ['a megabyte', { traceparent: `00-${IDS}-${'a'.repeat(1_000_000)}` }],
  ['a line end and a header', { traceparent: `00-${IDS}\r\nx-evil: 1` }],
  ['markup', { traceparent: '<script>alert(1)</script>' }],
];

describe.each(['stdio', 'http'] as const)('a traceparent over %s', (transport) => {
  it('that is none is answered like no traceparent, and reaches no upstream', async () => {
    const { call } = await startTraced({ transport, era: '2026' });
    for (const [, meta] of HOSTILE) {
      const { kind, result } = await call('run_js', { code: PROGRAM }, meta);
      expect([kind, JSON.stringify(result).includes('traceparent')]).toEqual(['completed', false]);
    }
  });

  it('of a hostile client begins no trace that it names wrongly, and takes no state with it', async () => {
    const collector = await startCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '20' };
    const { call } = await startTraced({ transport, era: '2025', env });
    for (const [, meta] of HOSTILE) await call('system.health', {}, meta);
    const huge = { traceparent: `00-${IDS}`, tracestate: `a=${'b'.repeat(100_000)}`, baggage: 'c'.repeat(100_000) };
    await call('system.health', {}, huge);
    await expect.poll(() => collector.spans.length, SOON).toBe(HOSTILE.length + 1);
    const parents = collector.spans.map(({ parentSpanId }) => parentSpanId ?? '');
    expect(parents.filter((parent) => parent !== '')).toEqual([IDS.slice(33, 49)]);
    expect(collector.text().length).toBeLessThan(50_000);
    expect(collector.text()).not.toMatch(/evil|script|bbbb|cccc/);
  });
});
