/**
 * A spin is ended by two lines, and each holds by itself: from outside, the watchdog by processor time and the run by
 * the host's clock; from inside, the isolate by the time of one stay, or by its processor time where it is one of many.
 * To switch one off, its limit is set far away.
 */
import { describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import { EMPTY_CATALOG } from '../../../src/base/tool.ts';
import { Watchdog } from '../../../src/engine/isolate/watchdog.ts';
import { Run } from '../../../src/run/run.ts';
import { startBareWorker } from '../bare-worker.ts';
import { leaveNothing, UNABORTED } from '../fixtures/attacked.ts';

const FAR = 110_000;
const SPINS: readonly (readonly [title: string, program: string])[] = [
  ['for (;;)', 'for (;;);'],
  ['for (;;) await', 'for (;;) await null;'],
  ['a loop in a timer', 'setTimeout(() => { for (;;); }, 1); await new Promise(() => {});'],
  ['a loop in a thrown object', 'throw { get stack() { for (;;); } }'],
  ['a regular expression', "/^(a+)+$/.test('a'.repeat(40) + 'b')"],
];

describe('a spin', () => {
  leaveNothing();

  it.runIf(process.platform === 'linux').concurrent.for(SPINS)(
    '33: %s is seen by the watchdog, with the isolate’s own limits off',
    async ([, program], { onTestFinished }) => {
      const worker = await startBareWorker(onTestFinished, 64);
      const seen = Promise.withResolvers<string>();
      onTestFinished(new Watchdog().watch(worker.pid, () => ({ residentMb: FAR, cpuMs: 200 }), seen.resolve));
      worker.run(program, { wallMs: FAR, cpuMs: FAR });
      expect(await seen.promise).toBe('cpuMs');
      worker.kill();
      expect(await worker.end).toMatchObject({ kind: 'gone' });
    },
  );

  it('33: … is over by the host’s clock, with a worker that says nothing', async () => {
    const limits = { ...resolveLimits(), wallMs: 200 };
    const job = { runId: 'r', workspace: 'w', code: '', argsText: '{}', catalog: EMPTY_CATALOG, limits };
    const log = createLog('silent');
    const callTool = async () => ({ kind: 'value', value: null }) as const;
    const options = { job, number: 1, packed: false, callTool, signal: UNABORTED, log, askedMs: performance.now() };
    const { report, isQuiet } = await new Run({ ...options, send: () => {} }).ending;
    expect(report.end).toMatchObject({ kind: 'limit-exceeded', limit: 'wallMs', value: 200 });
    // Whoever carries it has to end its process.
    expect(isQuiet).toBe(false);
  });

  it.concurrent.for(SPINS)(
    '33: %s is ended by the isolate, with nobody outside',
    async ([, program], { onTestFinished }) => {
      const worker = await startBareWorker(onTestFinished, 64);
      worker.run(program, { wallMs: 300, cpuMs: FAR });
      expect(await worker.end).toMatchObject({ kind: 'limit', run: 1, limit: 'wallMs' });
    },
  );

  it.concurrent.for(SPINS)(
    '33: %s in a packed isolate is ended by its own processor time',
    async ([, program], { onTestFinished }) => {
      const worker = await startBareWorker(onTestFinished, 64);
      worker.run(program, { wallMs: FAR, cpuMs: 200 }, true);
      expect(await worker.end).toMatchObject({ kind: 'limit', run: 1, limit: 'cpuMs' });
    },
  );

  it('46: time that a packed isolate waits without the processor is not counted as processor time', async ({
    onTestFinished,
  }) => {
    const worker = await startBareWorker(onTestFinished, 64);
    const wait = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000); return 1';
    worker.run(wait, { wallMs: FAR, cpuMs: 200 }, true);
    expect(await worker.end).toMatchObject({ kind: 'completed', run: 1 });
  });

  it('40: a builtin that cannot be interrupted is the one thing that only the lines outside end', async ({
    onTestFinished,
  }) => {
    // The correction to "each holds by itself": V8 does not look up from Array.prototype.includes. That is why the
    // deadline is the host's, and why it kills.
    const worker = await startBareWorker(onTestFinished, 64);
    const seen = Promise.withResolvers<string>();
    onTestFinished(new Watchdog().watch(worker.pid, () => ({ residentMb: FAR, cpuMs: 1_000 }), seen.resolve));
    worker.run('Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)', { wallMs: 200, cpuMs: FAR });
    expect(await Promise.race([seen.promise, worker.end])).toBe('cpuMs');
    worker.kill();
    expect(await worker.end).toMatchObject({ kind: 'gone' });
  });
});
