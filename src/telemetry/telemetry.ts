/**
 * What watches the server while it runs, as src/main.ts joins it: spans, and metrics where there is a page to see them on.
 */
import type { Settings } from '../base/config.ts';
import type { Tell } from '../base/gate/happening.ts';
import type { Log } from '../base/log.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import type { Tracing } from './tracing/span.ts';
import { createTracing } from './tracing/tracing.ts';

export interface Telemetry {
  readonly parts: { readonly tracing: Tracing; readonly metrics?: Metrics };
  /** Who wants to hear what happens. */
  readonly listeners: readonly Tell[];
}

/** Loads nothing yet. */
export function createTelemetry(
  { transport, metrics: isShown }: Pick<Settings, 'transport' | 'metrics'>,
  options: { readonly log: Log; readonly version: string; readonly env: NodeJS.ProcessEnv },
): Telemetry {
  const tracing = createTracing(options);
  if (transport !== 'http' || isShown === 'off') return { parts: { tracing }, listeners: [] };
  const metrics = createMetrics();
  return { parts: { tracing, metrics }, listeners: [metrics.tell] };
}
