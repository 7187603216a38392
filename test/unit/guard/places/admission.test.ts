import { describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { createAdmission } from '../../../src/guard/admission.ts';

const NEVER = new AbortController().signal;

/** Work that ends when it is told to. */
function createWork() {
  const { promise, resolve } = Promise.withResolvers<string>();
  let hasStarted = false;
  return {
    work: () => {
      hasStarted = true;
      return promise;
    },
    end: () => resolve('done'),
    get hasStarted() {
      return hasStarted;
    },
  };
}

describe('admission', () => {
  it('does so much at a time, lets so much wait, and refuses the rest with both limits', async () => {
    const admission = createAdmission({ ...resolveLimits(), concurrentRuns: 1, queuedRuns: 1 });
    const [first, second, third] = [createWork(), createWork(), createWork()];
    const running = admission.admit(NEVER, first.work);
    const waiting = admission.admit(NEVER, second.work);
    await expect(admission.admit(NEVER, third.work)).rejects.toMatchObject({
      code: 'POOL_SATURATED',
      retryable: true,
      message: '1 runs are under way and 1 wait (limits concurrentRuns and queuedRuns); try again in a moment.',
    });
    expect([admission.running, admission.queued, second.hasStarted]).toEqual([1, 1, false]);
    first.end();
    second.end();
    expect(await Promise.all([running, waiting])).toEqual(['done', 'done']);
    expect(third.hasStarted).toBe(false);
    expect([admission.running, admission.queued]).toEqual([0, 0]);
  });

  it('lets no work wait where the queue is closed', async () => {
    const admission = createAdmission({ ...resolveLimits(), concurrentRuns: 1, queuedRuns: 0 });
    const first = createWork();
    const running = admission.admit(NEVER, first.work);
    await expect(admission.admit(NEVER, async () => 'x')).rejects.toMatchObject({ code: 'POOL_SATURATED' });
    first.end();
    await running;
    expect(await admission.admit(NEVER, async () => 'now')).toBe('now');
  });

  it('forgets work whose caller has left, and never starts it', async () => {
    const admission = createAdmission({ ...resolveLimits(), concurrentRuns: 1, queuedRuns: 5 });
    const [first, second] = [createWork(), createWork()];
    const running = admission.admit(NEVER, first.work);
    const leaving = new AbortController();
    const waiting = admission.admit(leaving.signal, second.work);
    leaving.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    first.end();
    await running;
    expect(second.hasStarted).toBe(false);
    await expect(admission.admit(leaving.signal, second.work)).rejects.toThrow('gone');
  });

  it('lets work that has begun come to its own end when its caller leaves, and its place with it', async () => {
    const admission = createAdmission({ ...resolveLimits(), concurrentRuns: 1, queuedRuns: 1 });
    const [first, second] = [createWork(), createWork()];
    const leaving = new AbortController();
    const running = admission.admit(leaving.signal, first.work);
    const waiting = admission.admit(NEVER, second.work);
    leaving.abort(new Error('gone'));
    expect([admission.running, admission.queued, second.hasStarted]).toEqual([1, 1, false]);
    first.end();
    expect(await running).toBe('done');
    second.end();
    expect(await waiting).toBe('done');
  });

  it('gives its place back when work fails', async () => {
    const admission = createAdmission({ ...resolveLimits(), concurrentRuns: 1, queuedRuns: 0 });
    await expect(admission.admit(NEVER, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await admission.admit(NEVER, async () => 'next')).toBe('next');
  });
});
