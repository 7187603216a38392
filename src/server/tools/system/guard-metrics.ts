/**
 * `system.guard_metrics`: what the gate is doing right now, for whoever may look into the server. Asks the gate and nobody
 * else, so it answers however busy the server is.
 */
import type { JsonObject } from '../../../base/json.ts';
import type { GuardMetrics } from '../../../guard/guard-metrics.ts';
import { answerSchema } from '../../rendering/outcome-schema.ts';
import { safeText } from '../../rendering/text.ts';
import { defineTool, type ServerTool } from '../../server-tool.ts';

const number: JsonObject = { type: 'number' };
const NUMBERS: JsonObject = { type: 'object', additionalProperties: number };

const OUTPUT_SCHEMA = answerSchema(
  {
    running: number,
    queued: number,
    checks: {
      type: 'object',
      description: 'Programs that are checked and not run, in places of their own.',
      properties: { running: number, queued: number },
    },
    refused: { ...NUMBERS, description: 'By the limit that was in the way, since the server started.' },
    limits: NUMBERS,
    rates: { ...NUMBERS, description: 'Of callers for whom no policy says otherwise; 0 sets no bound.' },
    counted: {
      type: 'string',
      enum: ['instance', 'database'],
      description: 'Whether this instance counts rates by itself, or all together in their database.',
    },
    callers: {
      type: 'array',
      description: 'Who has most runs here now, the first few.',
      items: { type: 'object', properties: { subject: { type: 'string' }, running: number, queued: number } },
    },
    engine: { type: 'object', properties: { ready: number, busy: number } },
  },
  ['running', 'queued', 'checks', 'refused', 'limits', 'rates', 'counted', 'callers', 'engine'],
);

export function guardMetricsTool(): ServerTool {
  return defineTool<Record<string, never>>({
    name: 'system.guard_metrics',
    scope: 'codeloom.admin',
    title: 'Load and refusals',
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    description: () =>
      'Says how many runs are under way and wait, what was refused and by which limit, which rates are in force, and which callers have most to do.',
    properties: {},
    required: [],
    outputSchema: OUTPUT_SCHEMA,
    async call(_args, { parts }) {
      const metrics = parts.guard.metrics();
      const { ready, busy } = parts.health().engine;
      return {
        content: [{ type: 'text', text: safeText(linesOf(metrics).join('\n')) }],
        structuredContent: { ...metrics, engine: { ready, busy } },
      };
    },
  });
}

function linesOf({
  running,
  queued,
  checks,
  refused,
  limits,
  rates,
  counted,
  callers,
}: GuardMetrics): readonly string[] {
  const where = counted === 'database' ? ', counted by all instances together' : '';
  return [
    `runs: ${running} of ${limits.concurrentRuns} under way, ${queued} of ${limits.queuedRuns} wait`,
    `checks: ${checks.running} of ${limits.concurrentChecks} under way, ${checks.queued} of ${limits.queuedChecks} wait`,
    `refused since the start: ${listed(refused)}`,
    `rates${where}: ${listed(rates)}`,
    ...callers.map((caller) => `${caller.subject}: ${caller.running} under way, ${caller.queued} wait`),
  ];
}

/** Those that are not 0. */
function listed(numbers: Readonly<Record<string, number>>): string {
  const some = Object.entries(numbers).filter(([, value]) => value !== 0);
  return some.length === 0 ? 'none' : some.map(([name, value]) => `${name} ${value}`).join(', ');
}
