import { describe, expect, it } from 'vitest';
import { localCaller } from '../../../../../src/base/gate/caller.ts';
import { resolveLimits } from '../../../../../src/base/limits.ts';
import { createGuard } from '../../../../../src/guard/guard.ts';
import type { CallContext } from '../../../../../src/server/server-tool.ts';
import { guardMetricsTool } from '../../../../../src/server/tools/system/guard-metrics.ts';
import { smallParts } from '../../small-parts.ts';

const tool = guardMetricsTool();
const NEVER = new AbortController().signal;

function contextOf(guard: CallContext['parts']['guard']): CallContext {
  return { parts: { ...smallParts(), guard } } as unknown as CallContext;
}

describe('system.guard_metrics', () => {
  it('is for administrators, and changes nothing', () => {
    expect(tool).toMatchObject({ name: 'system.guard_metrics', scope: 'codeloom.admin' });
    expect(tool.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
  });

  it('shows what runs and waits, what was refused by which limit, the rates, and who has most to do', async () => {
    const limits = resolveLimits({ concurrentRuns: 1, queuedRuns: 1, runsPerMinute: 4 });
    const guard = createGuard({ limits, callTool: () => Promise.reject(new Error('not here')), tell: () => {} });
    const { promise, resolve } = Promise.withResolvers<void>();
    const execution = { caller: localCaller('ann\u001b[31m'), workspace: 'one', tool: 'run_js' };
    const runs = [1, 2, 3].map(() => guard.admit(execution, (inPlace) => inPlace(NEVER, () => promise)));
    await expect(runs[2]).rejects.toMatchObject({ code: 'POOL_SATURATED' });
    const { content, structuredContent } = await tool.call({}, contextOf(guard));
    expect(structuredContent).toMatchObject({
      running: 1,
      queued: 1,
      checks: { running: 0, queued: 0 },
      refused: { queuedRuns: 1 },
      rates: { runsPerMinute: 4, toolRunsPerMinute: 0, toolCallsPerMinute: 0, runMsPerHour: 0 },
      counted: 'instance',
      callers: [{ subject: 'ann\u001b[31m', running: 1, queued: 1 }],
      engine: { ready: 1, busy: 0 },
    });
    const [{ text }] = content as unknown as [{ text: string }];
    expect(text.split('\n')).toEqual([
      'runs: 1 of 1 under way, 1 of 1 wait',
      'checks: 0 of 4 under way, 0 of 1000 wait',
      'refused since the start: queuedRuns 1',
      'rates: runsPerMinute 4',
      expect.stringMatching(/^ann.*: 1 under way, 1 wait$/),
    ]);
    expect(text).not.toContain('\u001b');
    resolve();
    await Promise.all(runs.slice(0, 2));
  });

  it('says so where nothing was refused and nobody has rates', async () => {
    const { content } = await tool.call({}, contextOf(smallParts().guard));
    expect(content).toMatchObject([{ text: expect.stringContaining('refused since the start: none\nrates: none') }]);
  });
});
