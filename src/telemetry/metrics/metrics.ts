/**
 * The metrics of the process: counts what happens once somebody wants to see it, and shows it with what can be read off
 * the parts at that moment. Made by src/main.ts, opened by the HTTP face for GET /metrics. Until then it counts nothing,
 * and its library is not loaded.
 */
import type { Tell } from '../../base/gate/happening.ts';
import type { RenderedMetrics } from './open-metrics.ts';
import type { Readings } from './readings.ts';

export interface MetricsPage extends RenderedMetrics {
  /** Counts no more. */
  close(): void;
}

export interface Metrics {
  readonly tell: Tell;
  open(readings: Readings): Promise<MetricsPage>;
}

export function createMetrics(): Metrics {
  const listeners = new Set<Tell>();
  return {
    tell: (happening) => {
      for (const listen of listeners) listen(happening);
    },
    open: async (readings) => {
      const { openMetrics } = await import('./open-metrics.ts');
      const { tell, page } = openMetrics(readings);
      listeners.add(tell);
      return { ...page, close: () => void listeners.delete(tell) };
    },
  };
}
