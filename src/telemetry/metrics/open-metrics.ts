/**
 * The metrics of the table in a registry of their own, with what counts them and the page that shows them. Loaded by
 * metrics.ts when HTTP is served and nobody has switched metrics off: with it comes prom-client.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Tell } from '../../base/gate/happening.ts';
import { createCounter } from './count-happenings.ts';
import { METRIC_NAMES, type MetricName, metricRow } from './metric-table.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { type Readings, type SetGauge, setReading } from './readings.ts';

export interface RenderedMetrics {
  readonly contentType: string;
  /** In the text format of Prometheus. Rejects where the readings do. */
  render(): Promise<string>;
}

export interface OpenMetrics {
  readonly tell: Tell;
  readonly page: RenderedMetrics;
}

export function openMetrics(readings: Readings): OpenMetrics {
  const series = createSeries();
  const tell = createCounter(
    {
      increase: (name, labels) => series.counters.get(name)?.inc(labels),
      observe: (name, labels, seconds) => series.histograms.get(name)?.observe(labels, seconds),
    },
    readings.builtIns,
  );
  const refresh = refresher(series, readings);
  let rendering: Promise<string> | undefined;
  const render = async () => {
    await refresh();
    return series.registry.metrics();
  };
  return {
    tell,
    page: {
      contentType: series.registry.contentType,
      // Whoever comes while it is being made gets the same: scraping often must not cost more than scraping once.
      render: () => {
        rendering ??= render().finally(() => {
          rendering = undefined;
        });
        return rendering;
      },
    },
  };
}

interface Series {
  readonly registry: Registry;
  readonly counters: ReadonlyMap<MetricName, Counter>;
  readonly gauges: ReadonlyMap<MetricName, Gauge>;
  readonly histograms: ReadonlyMap<MetricName, Histogram>;
}

function createSeries(): Series {
  const registry = new Registry();
  const counters = new Map<MetricName, Counter>();
  const gauges = new Map<MetricName, Gauge>();
  const histograms = new Map<MetricName, Histogram>();
  for (const name of METRIC_NAMES) {
    const row = metricRow(name);
    const config = { name, help: row.help, labelNames: [...row.labels], registers: [registry] };
    if (row.kind === 'histogram') histograms.set(name, new Histogram({ ...config, buckets: [...row.buckets] }));
    else if (row.kind === 'gauge') gauges.set(name, new Gauge(config));
    else counters.set(name, new Counter(config));
  }
  return { registry, counters, gauges, histograms };
}

/** Everything is read first and set at once after it, so that a page never shows half of two moments. */
function refresher({ counters, gauges }: Series, { version, read }: Readings): () => Promise<void> {
  const own = createProcessMetrics();
  const set: SetGauge = (name, labels, value) => gauges.get(name)?.set(labels, value);
  const cpu = counters.get('process_cpu_seconds_total');
  return async () => {
    const reading = await read();
    for (const [name, gauge] of gauges) {
      gauge.reset();
      // What has no labels is 0 after that, where there may be nothing to show.
      if (metricRow(name).labels.length === 0) gauge.remove();
    }
    setReading(set, reading);
    set('codeloom_info', { version, node: process.versions.node }, 1);
    own.set(set);
    cpu?.reset();
    cpu?.inc(own.cpuSeconds());
  };
}
