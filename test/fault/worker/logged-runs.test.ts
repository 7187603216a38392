import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../../src/base/log.ts';
import { defaultSettings } from '../../../src/config/assemble-settings.ts';
import { buildCodeloom, type Codeloom } from '../../../src/main.ts';
import { upstream } from '../../attack/fixtures/attacked.ts';
import { isLinux } from '../../attack/server/live-server.ts';
import { signalAll } from './processes.ts';

const UNABORTED = new AbortController().signal;
const slow = { name: 'slow', transport: upstream('../../fixtures/upstreams/slow') };

describe.runIf(isLinux)('what the log says of a run', () => {
  const lines: Record<string, unknown>[] = [];
  let codeloom: Codeloom;
  beforeAll(() => {
    const settings = { ...defaultSettings({ registry: 'none' }), engine: 'node', upstreams: [slow] } as const;
    codeloom = buildCodeloom(settings, createLog('debug', { write: (line) => void lines.push(JSON.parse(line)) }));
  });
  afterAll(() => codeloom.close());
  const linesOf = (runId: string) => lines.filter((line) => line.runId === runId).map(({ msg }) => msg);

  it('has its id in every line: the call of a tool, and the end', async () => {
    const called = Promise.withResolvers<void>();
    const code = 'return await mcp.slow.work()';
    const request = { code, servers: ['slow'], workspace: 'w', onProgress: () => called.resolve() };
    const running = codeloom.execute(request, UNABORTED);
    await called.promise;
    const release = { server: 'slow', tool: 'release', args: {}, caller: codeloom.owner, runId: 'direct' };
    await codeloom.callUpstream(release, UNABORTED);
    const { runId } = await running;
    expect(linesOf(runId)).toEqual(['a tool call ended', 'a run ended']);
    expect(linesOf('direct')).toEqual(['a tool call ended']);
  });

  it('has its id where its worker is lost, and the run and its calls are told with the same', async () => {
    const called = Promise.withResolvers<void>();
    const request = {
      ...{ code: 'return await mcp.slow.work()', servers: ['slow'], workspace: 'w', runId: 'lost-one' },
      onProgress: () => called.resolve(),
    };
    const running = codeloom.execute(request, UNABORTED);
    const lost = expect(running).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
    await called.promise;
    signalAll('worker', 'SIGKILL');
    await lost;
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'a worker was lost', runIds: ['lost-one'] }));
    await expect.poll(() => linesOf('lost-one').toSorted()).toEqual(['a run ended', 'a tool call ended']);
  });
});
