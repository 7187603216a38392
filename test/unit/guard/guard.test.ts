import { describe, expect, it } from 'vitest';
import { type Caller, localCaller } from '../../../src/base/gate/caller.ts';
import type { Happening } from '../../../src/base/gate/happening.ts';
import { type LimitOverrides, resolveLimits } from '../../../src/base/limits.ts';
import { createGuard, type Execution } from '../../../src/guard/guard.ts';
import type { CallTool } from '../../../src/run/call-tool.ts';

const NEVER = new AbortController().signal;
const ANN = localCaller('ann');
const BOB = localCaller('bob');

function guarded(limits: LimitOverrides) {
  const told: Happening[] = [];
  const called: string[] = [];
  const callTool: CallTool = async ({ tool }) => {
    called.push(tool.name);
    return { kind: 'value', value: 1 };
  };
  const guard = createGuard({ limits: resolveLimits({ ...limits }), callTool, tell: (each) => void told.push(each) });
  const execution = (caller: Caller, workspace = 'one', tool = 'run_js'): Execution => ({ caller, workspace, tool });
  const call = (caller: Caller, name = 'work') =>
    guard.callsOf(caller)(
      { runId: 'r', tool: { server: 's', name, identifier: name, inputSchema: { type: 'object' } }, args: {} },
      NEVER,
    );
  const run = (caller: Caller, workspace?: string, tool?: string, work = async () => 'done') =>
    guard.admit(execution(caller, workspace, tool), (inPlace) => inPlace(NEVER, work));
  return { guard, told, called, call, run, execution };
}

describe('a rate of runs', () => {
  it('is spent by a caller, not by a session, and says which limit it is, its value and when to come back', async () => {
    const { run } = guarded({ runsPerMinute: 2 });
    expect([await run(ANN, 'one'), await run(ANN, 'two')]).toEqual(['done', 'done']);
    const refusal = await run(ANN, 'three').catch((thrown: unknown) => thrown);
    expect(refusal).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      message: expect.stringMatching(
        /^This caller has started the 2 runs of a minute \(limit runsPerMinute\); try again in \d+ s\.$/,
      ),
      details: { limit: 'runsPerMinute', value: 2, retryAfterSeconds: expect.any(Number) },
    });
    expect(await run(BOB)).toBe('done');
  });

  it('of one tool leaves the others alone, and does not count what it refuses', async () => {
    const { run } = guarded({ toolRunsPerMinute: 1, runsPerMinute: 3 });
    await run(ANN, 'one', 'a');
    for (const _ of [1, 2, 3]) {
      const refused = run(ANN, 'one', 'a');
      await expect(refused).rejects.toMatchObject({ details: { limit: 'toolRunsPerMinute', value: 1 } });
    }
    expect([await run(ANN, 'one', 'b'), await run(ANN, 'one', 'c')]).toEqual(['done', 'done']);
    await expect(run(ANN, 'one', 'd')).rejects.toMatchObject({ details: { limit: 'runsPerMinute' } });
  });

  it('refuses before anything is done', async () => {
    const { guard, run, execution } = guarded({ runsPerMinute: 1 });
    await run(ANN);
    let isReached = false;
    const work = async () => {
      isReached = true;
    };
    await expect(guard.admit(execution(ANN), work)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(isReached).toBe(false);
  });
});

describe('a rate of tool calls', () => {
  it('ends in a failure that a program can catch and repeat, and nothing is sent', async () => {
    const { call, called } = guarded({ toolCallsPerMinute: 2 });
    expect([await call(ANN), await call(ANN)]).toMatchObject([{ kind: 'value' }, { kind: 'value' }]);
    expect(await call(ANN)).toMatchObject({
      kind: 'failure',
      failure: {
        code: 'budget-spent',
        retryable: true,
        message: expect.stringMatching(
          /^This caller has made the 2 tool calls of a minute \(limit toolCallsPerMinute\); try again in \d+ s\.$/,
        ),
        details: { limit: 'toolCallsPerMinute', value: 2, retryAfterSeconds: expect.any(Number) },
      },
    });
    expect(called).toEqual(['work', 'work']);
    expect(await call(BOB)).toMatchObject({ kind: 'value' });
  });
});

describe('a budget of time', () => {
  it('is charged with what runs have taken, failed ones too, whatever the session', async () => {
    const { run } = guarded({ runMsPerHour: 5 });
    const fail = async () => {
      // Time is what is charged, so time has to pass.
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('mine');
    };
    await expect(run(ANN, 'one', 'run_js', fail as () => Promise<string>)).rejects.toThrow('mine');
    await expect(run(ANN, 'two')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringMatching(
        /^The runs of this caller have taken the 5 ms of an hour \(limit runMsPerHour\); try again in \d+ s\.$/,
      ),
    });
    expect(await run(BOB)).toBe('done');
  });

  it('counts what is under way with what it has taken so far, and ends none of it', async () => {
    const { guard, run, execution } = guarded({ runMsPerHour: 5 });
    const { promise, resolve } = Promise.withResolvers<string>();
    const entered = Promise.withResolvers<void>();
    const long = run(ANN, 'one', 'run_js', () => {
      entered.resolve();
      return promise;
    });
    await entered.promise;
    await new Promise((later) => setTimeout(later, 20));
    await expect(guard.count(execution(ANN), async () => 'no')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    resolve('long');
    expect(await long).toBe('long');
  });
});

describe('what is only checked', () => {
  it('has places of its own, in which no run is in the way and no rate counts', async () => {
    const { guard, run, execution } = guarded({ concurrentRuns: 1, queuedRuns: 1, runsPerMinute: 2 });
    const { promise, resolve } = Promise.withResolvers<string>();
    const running = [run(ANN, 'one', 'run_js', () => promise), run(ANN, 'one', 'run_js', () => promise)];
    for (const _ of [1, 2, 3, 4]) expect(await guard.check(execution(ANN), NEVER, async () => 'fine')).toBe('fine');
    resolve('done');
    expect(await Promise.all(running)).toEqual(['done', 'done']);
  });

  it('is so many at a time, of which one caller never has all', async () => {
    const { guard, execution } = guarded({ concurrentChecks: 3 });
    const { promise, resolve } = Promise.withResolvers<string>();
    const hanging = [1, 2, 3].map(() => guard.check(execution(ANN), NEVER, () => promise));
    expect(guard.metrics().checks).toEqual({ running: 2, queued: 1 });
    expect(await guard.check(execution(BOB), NEVER, async () => 'fine')).toBe('fine');
    resolve('done');
    expect(await Promise.all(hanging)).toEqual(['done', 'done', 'done']);
  });
});

describe('whatever is refused', () => {
  it('is told once, with who asked for what, and counted by its limit', async () => {
    const { guard, run, call, told, execution } = guarded({
      runsPerMinute: 1,
      toolCallsPerMinute: 1,
      concurrentChecks: 1,
      queuedChecks: 0,
    });
    await run(ANN);
    await call(ANN);
    await run(ANN).catch(() => {});
    await call(ANN, 'other');
    const { promise, resolve } = Promise.withResolvers<void>();
    const checking = guard.check(execution(ANN), NEVER, () => promise);
    await guard.check(execution(BOB, 'two', 'code-mode'), NEVER, async () => {}).catch(() => {});
    resolve();
    await checking;
    const denials = told.filter(({ kind }) => kind === 'denial');
    expect(denials).toMatchObject([
      { caller: ANN, what: 'run run_js', reason: expect.stringContaining('limit runsPerMinute') },
      { caller: ANN, what: 'call s.other', reason: expect.stringContaining('limit toolCallsPerMinute') },
      { caller: BOB, what: 'check code-mode', reason: expect.stringContaining('queuedChecks 0') },
    ]);
    expect(guard.metrics().refused).toEqual({ runsPerMinute: 1, toolCallsPerMinute: 1, queuedChecks: 1 });
  });

  it('is not what a program does wrong', async () => {
    const { guard, run, told } = guarded({});
    await expect(run(ANN, 'one', 'run_js', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect([told, guard.metrics().refused]).toEqual([[], {}]);
  });
});

describe('the metrics of the gate', () => {
  it('are plain, and show who has most to do here, the first few', async () => {
    const { guard, run } = guarded({ concurrentRuns: 4, queuedRuns: 100, runsPerMinute: 1_000 });
    const { promise, resolve } = Promise.withResolvers<string>();
    const all = Array.from({ length: 30 }, (_, at) =>
      run(localCaller(`subject ${at % 15}`), 'one', 'run_js', () => promise),
    );
    const bob = [1, 2, 3].map(() => run(BOB, 'one', 'run_js', () => promise));
    while (guard.metrics().queued < 29) await new Promise((later) => setImmediate(later));
    const metrics = guard.metrics();
    expect(metrics).toMatchObject({
      running: 4,
      queued: 29,
      checks: { running: 0, queued: 0 },
      limits: { concurrentRuns: 4, queuedRuns: 100, callerRuns: 0 },
      rates: { runsPerMinute: 1_000, runMsPerHour: 0 },
      counted: 'instance',
    });
    expect(metrics.callers).toHaveLength(10);
    expect(metrics.callers[0]).toEqual({ subject: 'bob', running: 0, queued: 3 });
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
    resolve('done');
    await Promise.all([...all, ...bob]);
    expect(guard.metrics()).toMatchObject({ running: 0, queued: 0, callers: [] });
  });
});
