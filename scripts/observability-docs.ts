/**
 * Writes docs/observability.md, its list of metrics from the table that they are made of: `node scripts/observability-docs.ts`.
 * A test holds the file to what this renders, so a metric cannot be added or changed without its documentation.
 */
import { writeFileSync } from 'node:fs';
import { METRIC_NAMES, type MetricName, metricRow } from '../src/telemetry/metrics/metric-table.ts';

export const OBSERVABILITY_DOCS = new URL('../docs/observability.md', import.meta.url);

const INTRODUCTION = `# Observability

This file is written by \`node scripts/observability-docs.ts\`; the list of metrics comes from src/telemetry/metrics/metric-table.ts.

What a running Codeloom tells about itself: whether it is [ready](#health), what it [counts](#metrics), which
[spans](#traces) it sends, and which [configuration](#looking-inside) is in force. None of it holds a secret, an argument, a
result or a line of a program.

## Health

Over HTTP, without authentication and whatever the Host header says:

| path | status | says |
|---|---|---|
| \`/livez\` | 200 | the process answers |
| \`/readyz\` | 200 | \`{"ready": true}\` |
| \`/readyz\` | 503 | \`{"ready": false, "reason": …, "unready": [{"part": …, "reason": …}]}\`: what is not ready, part by part |

| part | is not ready |
|---|---|
| \`process\` | while it shuts down: running work is finished, new work is refused |
| \`engine\` | while no engine can take a run |
| \`registry\` | with \`--registry postgres\`, until the dynamic tools have been read from the database once |
| \`access\` | with \`--auth jwt\`, while no token can be checked because the issuer's keys cannot be had |

A database that goes away later does not make an instance unready: what it read goes on being called, and an instance that left
its load balancer for that would take all runs with it, on all instances at once. \`codeloom_registry_up\` and the tool
\`system.health\` say that it is away. The \`ok\` of \`system.health\` is false where \`/readyz\` names \`engine\` or \`registry\`.

## Metrics

\`GET /metrics\` on the port of the HTTP transport, in the text format of Prometheus. \`--metrics off\` takes it away. There is
none over stdio, and nothing of it is loaded there.

Who may see it:

- **A scraper on the same machine**: a connection from loopback, unless it comes through a proxy (it carries a header such as \`X-Forwarded-For\`).
  A proxy on the same machine that is not told to send one, as nginx by itself is not, looks like a scraper: have it send one, or not pass \`/metrics\` on.
- **Anybody who has the scope \`codeloom.admin\`**: with \`--auth jwt\` a token with that scope, with an admin token the header \`X-Codeloom-Admin-Token\`.
  Without either, on loopback, that is everybody who can connect; on a network it is nobody.
- **No web page**: the Host header has to be an address, or a name that is allowed (\`--allowed-hosts\`); an Origin has to be allowed.

\`\`\`yaml
scrape_configs:
  - job_name: codeloom
    authorization: { credentials_file: /var/run/secrets/codeloom-admin-token } # a JWT; with an admin token, http_headers
    static_configs: [{ targets: ["codeloom:8788"] }]
\`\`\`

Labels are bounded. \`tool\` is the name of a built-in tool, \`code-mode-*\` for all tools that agents make, the name of a dynamic
tool for the first 200, and \`other\` for the rest; in \`codeloom_request_duration_seconds\` all dynamic
tools are \`dynamic\`. Of the tools of a server the first 100 have their names. Who asked is never a
label. Control characters in names become U+FFFD, and names are cut at 100 characters. Counts begin with the process.

`;

const TRACES = `
## Traces

Every call of a tool by a client has a span; so has every run, and every call of a tool of a server:

| span | kind | attributes |
|---|---|---|
| \`tools/call <tool>\`, \`tools/call code-mode-*\` for tools of agents | server | \`mcp.method.name\`, \`gen_ai.operation.name\`, \`gen_ai.tool.name\`, \`network.transport\` (\`pipe\` or \`tcp\`), \`error.type\` (\`tool_error\` or a fault code) |
| \`run\` | internal | \`codeloom.tool\`, \`codeloom.run.id\`, \`codeloom.run.outcome\`, \`codeloom.run.tool_calls\`, \`codeloom.engine\`, \`codeloom.isolation\`, \`error.type\` (the outcome or a fault code) |
| \`tools/call <tool>\` | client | \`mcp.method.name\`, \`gen_ai.operation.name\`, \`gen_ai.tool.name\`, \`codeloom.server\`, \`codeloom.run.id\`, \`error.type\` (the code of the failure) |

They join the trace of the client: \`traceparent\` and \`tracestate\` in the \`_meta\` of the request, or else in its HTTP headers.
The server of a tool is sent the same two in the \`_meta\` of its call, with the span of the call as the parent. Baggage is taken
from nobody and passed on to nobody. A trace context that is malformed is answered like none. Where no spans are
exported, the client's own trace context goes through as it came.

Spans are sent over OTLP/HTTP, as JSON, where the standard variables say so; with none of them nothing of OpenTelemetry is loaded.

| variable | does |
|---|---|
| \`OTEL_EXPORTER_OTLP_ENDPOINT\`, \`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT\` | where to; one of them switches tracing on |
| \`OTEL_EXPORTER_OTLP_HEADERS\`, \`_TIMEOUT\`, \`_COMPRESSION\`, \`_CERTIFICATE\`, \`_CLIENT_CERTIFICATE\`, \`_CLIENT_KEY\` | as the standard has them; also with \`TRACES_\` |
| \`OTEL_SDK_DISABLED=true\`, \`OTEL_TRACES_EXPORTER=none\` | switch it off again |
| \`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\` | who it is; \`codeloom\` without them |
| \`OTEL_TRACES_SAMPLER\`, \`OTEL_TRACES_SAMPLER_ARG\` | \`always_on\`, \`always_off\`, \`traceidratio\`, each also with \`parentbased_\`; \`parentbased_always_on\` without it |
| \`OTEL_BSP_SCHEDULE_DELAY\`, \`_EXPORT_TIMEOUT\`, \`_MAX_QUEUE_SIZE\`, \`_MAX_EXPORT_BATCH_SIZE\` | the queue |

gRPC is not spoken: a collector takes the same on its HTTP port, usually 4318.
A collector that is away, hangs or refuses costs spans and nothing else: they wait in a queue with a cap, the log says so once, and the end of
the process waits two seconds at most for the last of them.
A process that embeds Codeloom and has set up OpenTelemetry by itself gets these spans through its own SDK, without any of the variables.

## Looking inside

| tool | resource | shows | scope |
|---|---|---|---|
| \`system.health\` | | engines, servers, registry | \`codeloom.execute\` |
| | \`codeloom://service/meta\` | name, version, transport, engines | \`codeloom.execute\` |
| \`system.guard_metrics\` | \`codeloom://metrics/guard\` | runs under way and waiting, limits, refusals | \`codeloom.admin\` |
| \`system.runtime_config\` | \`codeloom://service/runtime-config\` | settings, limits and servers in force | \`codeloom.admin\` |

A setting that is a secret is shown as \`set\` or \`not set\`, and so is whatever may hold one: every variable and header of a server, and the path,
query and credentials of its address; of the arguments of a command only the number is shown.

The prompt \`tool-call-checklist\` (argument \`goal\`, optional) is what an agent should check before it writes a program.
`;

export function renderObservabilityDocs(): string {
  const rows = METRIC_NAMES.map(row);
  const table = ['| metric | type | labels | counts or shows |', '|---|---|---|---|', ...rows];
  return `${INTRODUCTION}${table.join('\n')}\n${TRACES}`;
}

function row(name: MetricName): string {
  const { kind, labels, help } = metricRow(name);
  return `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
}

if (import.meta.main) writeFileSync(OBSERVABILITY_DOCS, renderObservabilityDocs());
