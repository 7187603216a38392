import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localCaller } from '../../../src/base/gate/caller.ts';
import type { Happening } from '../../../src/base/gate/happening.ts';
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts';
import type { Reading } from '../../../src/telemetry/metrics/readings.ts';
import { type Metrics, readMetrics } from '../../e2e/telemetry/read-metrics.ts';

const READING: Reading = {
  running: 0,
  queued: 0,
  requests: 0,
  workspaces: 0,
  sessions: 0,
  isReady: true,
  engines: [],
  servers: [],
};
const ODD = [
  '"',
  '\n',
  '\\',
  '\\n',
  '"} 1\ncodeloom_runs_total{tool="x',
  '\u2028',
  '\u0000',
  '{',
  '}',
  ',',
  '=',
  '__proto__',
  'x'.repeat(100_000),
];

async function openPage() {
  const metrics = createMetrics();
  const page = await metrics.open({ version: '1', builtIns: new Set(['run_js']), read: async () => READING });
  return { tell: metrics.tell, read: async () => readMetrics(await page.render()) };
}

const caller = localCaller('mallory');

function run(tool: string): Happening {
  return {
    kind: 'run',
    caller,
    workspace: 'w',
    tool,
    engine: 'node',
    outcome: 'completed',
    ms: 1,
    toolCalls: 0,
    codeBytes: 1,
    resultBytes: 1,
  };
}

function request(tool: string, code?: string): Happening {
  const failed = code === undefined ? { ok: true } : { ok: false, code };
  return { kind: 'request', caller, workspace: 'w', tool, isManagement: false, ms: 1, ...failed };
}

function toolCall(server: string, tool: string): Happening {
  return { kind: 'tool-call', caller, runId: 'r', server, tool, ok: true, ms: 1, argsBytes: 1, resultBytes: 1 };
}

function total({ samples }: Metrics, name: string): number {
  return samples.filter((sample) => sample.name === name).reduce((sum, { value }) => sum + value, 0);
}

describe('metrics under a flood of names', () => {
  it('have one label for a thousand tools that agents made', async () => {
    const { tell, read } = await openPage();
    for (let at = 0; at < 1_000; at += 1) {
      tell(run(`code-mode-${at}`));
      tell(request(`code-mode-${at}`));
    }
    const seen = await read();
    expect(seen.samples.filter(({ name }) => name === 'codeloom_runs_total')).toHaveLength(1);
    expect(seen.value('codeloom_requests_total', { tool: 'code-mode-*', result: 'ok' })).toBe(1_000);
    expect(JSON.stringify(seen.samples)).not.toContain('code-mode-1');
  });

  it('have at most some hundred series for tools of the registry and of servers, and lose no count', async () => {
    const { tell, read } = await openPage();
    for (let at = 0; at < 5_000; at += 1) {
      tell(run(`made.up.${at}`));
      tell(toolCall('hostile', `tool${at}`));
      tell(toolCall('honest', 'search'));
    }
    const seen = await read();
    const of = (name: string) => seen.samples.filter((sample) => sample.name === name).length;
    expect([of('codeloom_runs_total'), of('codeloom_tool_calls_total')]).toEqual([201, 102]);
    expect([total(seen, 'codeloom_runs_total'), total(seen, 'codeloom_tool_calls_total')]).toEqual([5_000, 10_000]);
    // A server with very many tools takes nothing from another.
    expect(seen.value('codeloom_tool_calls_total', { server: 'honest', tool: 'search', result: 'ok' })).toBe(5_000);
  });

  it('stay a page that can be read, with each name as it is or cut, whatever stands in it', async () => {
    const { tell, read } = await openPage();
    for (const odd of ODD) {
      tell(run(odd));
      tell(toolCall('s', odd));
      tell(request('run_js', odd));
      tell({ kind: 'denial', caller, what: odd, reason: odd });
    }
    const seen = await read();
    const tools = seen.samples
      .filter(({ name }) => name === 'codeloom_tool_calls_total')
      .map(({ labels }) => labels.tool);
    expect(tools).toEqual([...new Set(ODD.map((odd) => odd.slice(0, 100).replaceAll(/\p{Cc}|\p{Zl}/gu, '\uFFFD')))]);
    expect(total(seen, 'codeloom_denials_total')).toBe(ODD.length);
    expect(seen.value('codeloom_requests_total', { tool: 'run_js', result: 'other' })).toBe(ODD.length);
  });

  it('never hold who asked, nor a word of a reason', async () => {
    const { tell, read } = await openPage();
    tell({ kind: 'denial', caller, what: 'server payroll', reason: 'the policy of mallory says no' });
    tell(run('run_js'));
    const text = JSON.stringify((await read()).samples);
    expect(text).not.toMatch(/mallory|payroll|policy/);
  });

  it('count every happening once, in whatever order', async () => {
    const name = fc.oneof(fc.constantFrom('run_js', 'code-mode-a', 'team.report', ...ODD), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 50 }), async (names) => {
        const { tell, read } = await openPage();
        for (const each of names) tell(run(each));
        const seen = await read();
        expect(total(seen, 'codeloom_runs_total')).toBe(names.length);
        expect(total(seen, 'codeloom_run_duration_seconds_count')).toBe(names.length);
      }),
      { numRuns: 40 },
    );
  });
});
