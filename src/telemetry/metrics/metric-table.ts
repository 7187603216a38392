/**
 * Every metric of GET /metrics, each once: its name, what it counts, its labels. open-metrics.ts makes them of this table
 * and scripts/observability-docs.ts writes it down. Durations are in seconds and sizes in bytes, as Prometheus has it.
 */

interface MetricBase {
  readonly help: string;
  readonly labels: readonly string[];
}

export type MetricRow = MetricBase &
  ({ readonly kind: 'counter' | 'gauge' } | { readonly kind: 'histogram'; readonly buckets: readonly number[] });

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] as const;

function counter<const Label extends string>(help: string, labels: readonly Label[]) {
  return { kind: 'counter', help, labels } as const;
}

function gauge<const Label extends string>(help: string, labels: readonly Label[] = []) {
  return { kind: 'gauge', help, labels } as const;
}

function seconds<const Label extends string>(help: string, labels: readonly Label[]) {
  return { kind: 'histogram', help, labels, buckets: SECONDS } as const;
}

export const METRIC_TABLE = {
  codeloom_runs_total: counter('Runs that ended, by outcome (a fault code where there was none), engine and tool.', [
    'outcome',
    'engine',
    'tool',
  ]),
  codeloom_run_duration_seconds: seconds('Whole runs, from the request to the outcome.', ['outcome', 'engine']),
  codeloom_run_stage_duration_seconds: seconds('Stages of runs: connect, typecheck, bundle, start, run.', [
    'stage',
    'engine',
  ]),
  codeloom_requests_total: counter(
    'Calls of tools by clients that were answered; result is ok, or an outcome, a code or error.',
    ['tool', 'result'],
  ),
  codeloom_request_duration_seconds: seconds('Calls of tools by clients.', ['tool']),
  codeloom_tool_calls_total: counter(
    'Calls of tools of servers, by programs or directly; result is ok or the code of the failure.',
    ['server', 'tool', 'result'],
  ),
  codeloom_tool_call_duration_seconds: seconds('Calls of tools of servers.', ['server']),
  codeloom_denials_total: counter(
    'What was asked for and not allowed, by kind: server, tool, engine, scope and the like.',
    ['kind'],
  ),
  codeloom_runs_running: gauge('Runs under way.'),
  codeloom_runs_queued: gauge('Runs that wait for a place.'),
  codeloom_requests_in_flight: gauge('Calls of tools by clients that are being answered.'),
  codeloom_sandboxes: gauge('Sandboxes of an engine that are ready for a run, and that have one.', ['engine', 'state']),
  codeloom_engine_up: gauge('1 where an engine can take a run.', ['engine']),
  codeloom_server_state: gauge('1 for the state that a configured server is in.', ['server', 'state']),
  codeloom_registry_up: gauge('1 where the registry of dynamic tools answers; absent where there is none.'),
  codeloom_registry_tools: gauge('Dynamic tools in the registry; absent while it does not answer.'),
  codeloom_workspaces: gauge('Workspaces of clients.'),
  codeloom_sessions: gauge('Sessions of clients of the 2025 revisions.'),
  codeloom_ready: gauge('1 where GET /readyz says ready.'),
  codeloom_info: gauge('Always 1; its labels say what runs.', ['version', 'node']),
  process_cpu_seconds_total: counter('Processor time of this process, without its workers.', []),
  process_resident_memory_bytes: gauge('Resident memory of this process, without its workers.'),
  process_start_time_seconds: gauge('When this process started, in seconds since 1970.'),
  process_open_fds: gauge('Open descriptors; Linux only.'),
  nodejs_heap_size_used_bytes: gauge("Of JavaScript's heap, what is in use."),
  nodejs_heap_size_total_bytes: gauge("JavaScript's heap."),
  nodejs_eventloop_utilization: gauge('Share of the time since the last scrape in which the event loop was at work.'),
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof METRIC_TABLE;

export const METRIC_NAMES = Object.keys(METRIC_TABLE) as readonly MetricName[];

type NamesOf<Kind extends MetricRow['kind']> = {
  [Name in MetricName]: (typeof METRIC_TABLE)[Name] extends { kind: Kind } ? Name : never;
}[MetricName];

export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;

/** A value for every label of the metric, and for no other. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof METRIC_TABLE)[Name]['labels'][number], string>>;

/** A row as the general shape. */
export function metricRow(name: MetricName): MetricRow {
  return METRIC_TABLE[name];
}
