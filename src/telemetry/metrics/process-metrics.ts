/**
 * The usual metrics of a Node process, read when somebody scrapes. The library's own set keeps a timer and an observer of
 * garbage collections for good, which nobody could end; these cost nothing in between. Used by open-metrics.ts.
 */
import { readdirSync } from 'node:fs';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { SetGauge } from './readings.ts';

export interface ProcessMetrics {
  set(gauge: SetGauge): void;
  /** Processor time since the process started. */
  cpuSeconds(): number;
}

export function createProcessMetrics(): ProcessMetrics {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  const utilization = (): number => {
    const now = performance.eventLoopUtilization();
    const share = performance.eventLoopUtilization(now, last).utilization;
    last = now;
    return share;
  };
  return {
    set: (gauge) => {
      const { rss, heapUsed, heapTotal } = process.memoryUsage();
      gauge('process_resident_memory_bytes', {}, rss);
      gauge('process_start_time_seconds', {}, performance.timeOrigin / 1_000);
      gauge('nodejs_heap_size_used_bytes', {}, heapUsed);
      gauge('nodejs_heap_size_total_bytes', {}, heapTotal);
      gauge('nodejs_eventloop_utilization', {}, utilization());
      const descriptors = openDescriptors();
      if (descriptors !== undefined) gauge('process_open_fds', {}, descriptors);
    },
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    },
  };
}

function openDescriptors(): number | undefined {
  try {
    // The listing has one of its own open.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}
