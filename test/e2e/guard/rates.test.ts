/** Rates and budgets as clients of every era meet them, over a real server. */
import { afterEach, describe, expect, it } from 'vitest';
import { type LiveServer, startServer } from '../../attack/server/live-server.ts';
import { connectHttp, ERAS, type TestClient } from '../../unit/server/clients.ts';

let server: LiveServer | undefined;
afterEach(async () => {
  await server?.end();
  server = undefined;
});

async function serve(limits: object): Promise<LiveServer> {
  server = await startServer({ upstreams: { slow: ['slow'] }, settings: { limits } });
  return server;
}

const runsAs = async (client: TestClient, count: number) => {
  const kinds: unknown[] = [];
  for (let at = 0; at < count; at += 1) kinds.push((await client.call('run_js', { code: 'return 1' })).structured.kind);
  return kinds;
};

describe('the rate of a caller', () => {
  it('is one over all its sessions and eras, and a refusal says what, how much and when', async () => {
    const { url } = await serve({ runsPerMinute: 4 });
    const [first, second, third] = await Promise.all(ERAS.map((era) => connectHttp(url, era)));
    if (!first || !second || !third) throw new Error('There are three eras.');
    expect(await runsAs(first, 2)).toEqual(['completed', 'completed']);
    expect(await runsAs(second, 2)).toEqual(['completed', 'completed']);
    for (const client of [first, second, third]) {
      const { isError, structured, text } = await client.call('run_js', { code: 'return 1' });
      expect(isError).toBe(true);
      expect(structured.error).toEqual({
        code: 'RATE_LIMITED',
        retryable: true,
        message: expect.stringMatching(/the 4 runs of a minute \(limit runsPerMinute\); try again in \d+ s\.$/),
        details: { limit: 'runsPerMinute', value: 4, retryAfterSeconds: expect.any(Number) },
      });
      expect(text).toContain('try again in');
    }
    const { structured, text } = await third.call('system.guard_metrics');
    expect(structured).toMatchObject({
      running: 0,
      queued: 0,
      refused: { runsPerMinute: 3 },
      rates: { runsPerMinute: 4, toolCallsPerMinute: 0 },
      counted: 'instance',
    });
    expect(text).toContain('refused since the start: runsPerMinute 3');
    // What is no run goes on.
    expect((await first.call('mcp-types')).isError).toBe(false);
    await Promise.all([first, second, third].map((client) => client.close()));
  });

  it('of tool calls is a failure that a program catches, and the same for direct calls', async () => {
    const { url } = await serve({ toolCallsPerMinute: 2 });
    const client = await connectHttp(url, '2026');
    const code = `
      const codes = [];
      for (let at = 0; at < 3; at += 1) {
        try { await mcp.slow.release({}); codes.push('made'); }
        catch (error) { codes.push(error instanceof ToolError ? [error.code, error.retryable, error.details.limit] : 'other'); }
      }
      return codes;`;
    const { structured } = await client.call('run_js', { code, typecheck: false });
    expect(structured).toMatchObject({ result: ['made', 'made', ['budget-spent', true, 'toolCallsPerMinute']] });
    const direct = await client.call('mcp-exec', { name: 'slow.release', arguments: {} });
    expect(direct.structured.error).toMatchObject({ code: 'budget-spent', retryable: true });
    await client.close();
  });

  it('of time is spent by what runs have taken', async () => {
    const { url } = await serve({ runMsPerHour: 300 });
    const client = await connectHttp(url, '2025');
    expect((await client.call('run_js', { code: 'await sleep(400); return 1' })).structured.kind).toBe('completed');
    expect((await client.call('run_js', { code: 'return 1' })).structured.error).toMatchObject({
      code: 'RATE_LIMITED',
      details: { limit: 'runMsPerHour', value: 300 },
    });
    await client.close();
  });
});
