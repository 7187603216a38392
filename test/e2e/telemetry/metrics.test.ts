import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, METRIC_TABLE } from '../../../src/telemetry/metrics/metric-table.ts';
import { readMetrics } from './read-metrics.ts';
import { startTraced, type TracedClient } from './traced-client.ts';

async function scrape({ url }: Pick<TracedClient, 'url'>) {
  const response = await fetch(new URL('/metrics', url));
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return readMetrics(await response.text());
}

const RUNS = [
  ['completed', 'return 1'],
  ['completed', 'return (await mcp.kit.meta({})) !== undefined'],
  ['program-threw', 'await mcp.kit.fail({})'],
  ['program-threw', 'throw new Error("x")'],
  ['type-error', 'return nothing.such'],
] as const;

describe('GET /metrics', () => {
  it('counts exactly what was run', async () => {
    const traced = await startTraced({ transport: 'http', era: '2025' });
    for (const [kind, code] of RUNS) expect(await traced.call('run_js', { code })).toMatchObject({ kind });
    await traced.call('code-mode', { name: 'mine', servers: [], code: 'return 2' });
    expect(await traced.call('code-mode-mine', {})).toMatchObject({ result: 2 });
    await traced.call('mcp-exec', { name: 'kit.meta', arguments: {} });
    await traced.call('run_js', {});
    const { value } = await scrape(traced);
    const runs = (outcome: string, tool = 'run_js') => value('codeloom_runs_total', { outcome, engine: 'node', tool });
    expect([runs('completed'), runs('program-threw'), runs('type-error'), runs('completed', 'code-mode-*')]).toEqual([
      2, 2, 1, 1,
    ]);
    const requests = (tool: string, result: string) => value('codeloom_requests_total', { tool, result });
    expect([requests('run_js', 'ok'), requests('run_js', 'program-threw'), requests('run_js', 'type-error')]).toEqual([
      2, 2, 1,
    ]);
    expect([requests('run_js', 'ARGUMENTS_INVALID'), requests('code-mode', 'ok')]).toEqual([1, 1]);
    expect([requests('code-mode-*', 'ok'), requests('mcp-exec', 'ok')]).toEqual([1, 1]);
    const calls = (tool: string, result: string) => value('codeloom_tool_calls_total', { server: 'kit', tool, result });
    expect([calls('meta', 'ok'), calls('fail', 'upstream-error')]).toEqual([2, 1]);
    expect(value('codeloom_tool_call_duration_seconds_count', { server: 'kit' })).toBe(3);
    expect(value('codeloom_run_duration_seconds_count', { outcome: 'completed', engine: 'node' })).toBe(3);
    expect(value('codeloom_run_stage_duration_seconds_count', { stage: 'typecheck', engine: 'node' })).toBe(6);
    expect(value('codeloom_request_duration_seconds_count', { tool: 'run_js' })).toBe(6);
  });

  it('shows what the parts are doing now', async () => {
    const traced = await startTraced({ transport: 'http', era: '2025' });
    await traced.call('run_js', { code: 'return (await mcp.kit.meta({})) !== undefined' });
    const { value, types, has } = await scrape(traced);
    expect(value('codeloom_engine_up', { engine: 'node' })).toBe(1);
    expect(value('codeloom_server_state', { server: 'kit', state: 'ready' })).toBe(1);
    expect(['codeloom_sessions', 'codeloom_workspaces', 'codeloom_ready'].map((name) => value(name))).toEqual([
      1, 1, 1,
    ]);
    expect([value('codeloom_runs_running'), value('codeloom_runs_queued')]).toEqual([0, 0]);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    // There is no registry here, so there is nothing to say of one.
    expect(has('codeloom_registry_up')).toBe(false);
    expect([...types.keys()].sort()).toEqual([...METRIC_NAMES].sort());
    for (const [name, type] of types) expect(type).toBe(METRIC_TABLE[name as keyof typeof METRIC_TABLE].kind);
  });

  it('has a registry where there is one', async () => {
    const traced = await startTraced({
      transport: 'http',
      era: '2026',
      isRegistered: true,
    });
    await expect.poll(async () => (await scrape(traced)).value('codeloom_registry_up')).toBe(1);
    const { value, has } = await scrape(traced);
    expect([has('codeloom_registry_tools'), value('codeloom_registry_tools')]).toEqual([true, 0]);
  });

  it('is not there where the settings want none', async () => {
    const { url } = await startTraced({ transport: 'http', era: '2025', settings: { metrics: 'off' } });
    expect((await fetch(new URL('/metrics', url))).status).toBe(404);
  });
});
