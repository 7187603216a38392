import { describe, expect, it } from 'vitest';
import { Admission } from '../../../../src/guard/places/admission.ts';

const NEVER = new AbortController().signal;
const ANN = { subject: 'ann', workspace: 'one' };
const BOB = { subject: 'bob', workspace: 'two' };

function createAdmission(places: number, waiting: number, placesOfOne = 0): Admission {
  return new Admission({
    what: 'run',
    places: { limit: 'concurrentRuns', value: places },
    waiting: { limit: 'queuedRuns', value: waiting },
    placesOfOne,
  });
}

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
    const admission = createAdmission(1, 1);
    const [first, second, third] = [createWork(), createWork(), createWork()];
    const running = admission.admit(ANN, NEVER, first.work);
    const waiting = admission.admit(ANN, NEVER, second.work);
    await expect(admission.admit(ANN, NEVER, third.work)).rejects.toMatchObject({
      code: 'POOL_SATURATED',
      retryable: true,
      message: '1 runs are under way and 1 wait (limits concurrentRuns 1 and queuedRuns 1); try again in 1 s.',
      details: { limit: 'queuedRuns', value: 1, retryAfterSeconds: 1 },
    });
    expect([admission.running, admission.queued, second.hasStarted]).toEqual([1, 1, false]);
    first.end();
    second.end();
    expect(await Promise.all([running, waiting])).toEqual(['done', 'done']);
    expect(third.hasStarted).toBe(false);
    expect([admission.running, admission.queued]).toEqual([0, 0]);
  });

  it('lets no work wait where the queue is closed', async () => {
    const admission = createAdmission(1, 0);
    const first = createWork();
    const running = admission.admit(ANN, NEVER, first.work);
    await expect(admission.admit(ANN, NEVER, async () => 'x')).rejects.toMatchObject({ code: 'POOL_SATURATED' });
    first.end();
    await running;
    expect(await admission.admit(ANN, NEVER, async () => 'now')).toBe('now');
  });

  it('forgets work whose caller has left, and never starts it', async () => {
    const admission = createAdmission(1, 5);
    const [first, second] = [createWork(), createWork()];
    const running = admission.admit(ANN, NEVER, first.work);
    const leaving = new AbortController();
    const waiting = admission.admit(ANN, leaving.signal, second.work);
    leaving.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    first.end();
    await running;
    expect(second.hasStarted).toBe(false);
    await expect(admission.admit(ANN, leaving.signal, second.work)).rejects.toThrow('gone');
  });

  it('lets work that has begun come to its own end when its caller leaves, and its place with it', async () => {
    const admission = createAdmission(1, 1);
    const [first, second] = [createWork(), createWork()];
    const leaving = new AbortController();
    const running = admission.admit(ANN, leaving.signal, first.work);
    const waiting = admission.admit(ANN, NEVER, second.work);
    leaving.abort(new Error('gone'));
    expect([admission.running, admission.queued, second.hasStarted]).toEqual([1, 1, false]);
    first.end();
    expect(await running).toBe('done');
    second.end();
    expect(await waiting).toBe('done');
  });

  it('gives its place back when work fails', async () => {
    const admission = createAdmission(1, 0);
    await expect(admission.admit(ANN, NEVER, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await admission.admit(ANN, NEVER, async () => 'next')).toBe('next');
  });
});

/** Work that never ends by itself, until all of it is ended. */
function createHolds() {
  const ends: (() => void)[] = [];
  const order: string[] = [];
  return {
    order,
    hold: (name: string) => () => {
      order.push(name);
      return new Promise<string>((resolve) => ends.push(() => resolve(name)));
    },
    endAll: async (all: readonly Promise<unknown>[]) => {
      const settled = Promise.allSettled(all);
      let isDone = false;
      void settled.then(() => {
        isDone = true;
      });
      while (!isDone) {
        ends.shift()?.();
        await Promise.resolve();
      }
    },
  };
}

/** Work that ends when its signal aborts, and says why. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('places of those who have gone', () => {
  it('are theirs until somebody who is heard needs one, and then so many as are needed', async () => {
    const admission = createAdmission(2, 10);
    const gone = new AbortController();
    const abandoned = [1, 2].map(() => admission.admit({ ...ANN, gone: gone.signal }, NEVER, untilAborted));
    const ends = abandoned.map((each) => each.catch((thrown: unknown) => thrown));
    gone.abort();
    expect(admission.running).toBe(2);
    expect(await admission.admit(BOB, NEVER, async () => 'bob')).toBe('bob');
    expect(await ends[0]).toMatchObject({ code: 'POOL_SATURATED', message: expect.stringContaining('has gone') });
    expect(admission.running).toBe(1);
    expect(await admission.admit(BOB, NEVER, async () => 'again')).toBe('again');
    const leaving = new AbortController();
    const held = admission.admit(BOB, leaving.signal, untilAborted);
    expect(admission.running).toBe(2);
    const third = admission.admit(BOB, NEVER, async () => 'third');
    expect([await third, await ends[1]]).toMatchObject(['third', { code: 'POOL_SATURATED' }]);
    leaving.abort(new Error('left'));
    await expect(held).rejects.toThrow('left');
    expect([admission.running, admission.queued]).toEqual([0, 0]);
  });

  it('are given up when they go while somebody who is heard waits already', async () => {
    const admission = createAdmission(1, 10);
    const gone = new AbortController();
    const abandoned = admission.admit({ ...ANN, gone: gone.signal }, NEVER, untilAborted);
    const bob = admission.admit(BOB, NEVER, async () => 'bob');
    gone.abort();
    await expect(abandoned).rejects.toMatchObject({ code: 'POOL_SATURATED' });
    expect(await bob).toBe('bob');
  });

  it('are not given up for others who have gone too, nor for whoever may not start', async () => {
    const admission = createAdmission(2, 10, 1);
    const gone = AbortSignal.abort();
    const { order, hold, endAll } = createHolds();
    const all = [
      admission.admit({ ...ANN, gone }, NEVER, hold('ann')),
      admission.admit({ ...BOB, gone }, NEVER, hold('bob')),
      admission.admit({ subject: 'carl', workspace: 'c', gone }, NEVER, hold('carl')),
      admission.admit(ANN, NEVER, hold('ann again')),
    ];
    expect([admission.running, admission.queued]).toEqual([2, 2]);
    await endAll(all);
    expect((await Promise.allSettled(all)).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(order).toHaveLength(4);
  });

  it('in the line come after all who are heard, from when they go, and are the first to give way', async () => {
    const admission = createAdmission(1, 4);
    const { order, hold, endAll } = createHolds();
    const gone = new AbortController();
    const first = admission.admit(BOB, NEVER, hold('first'));
    const sessions = ['a', 'b', 'c'].map((workspace) =>
      admission.admit({ subject: 'ann', workspace, gone: gone.signal }, NEVER, hold(workspace)),
    );
    gone.abort();
    const bobs = [1, 2].map((at) => admission.admit(BOB, NEVER, hold(`bob ${at}`)));
    await expect(Promise.race(sessions)).rejects.toMatchObject({ code: 'POOL_SATURATED' });
    expect(admission.queued).toBe(4);
    await endAll([first, ...sessions, ...bobs]);
    expect(order.slice(0, 3)).toEqual(['first', 'bob 1', 'bob 2']);
  });
});

describe('places that are shared', () => {
  it('go to whoever comes anew after one turn, whatever a flood has in the line', async () => {
    const admission = createAdmission(1, 300);
    const { order, hold, endAll } = createHolds();
    const flood = Array.from({ length: 200 }, (_, at) => admission.admit(ANN, NEVER, hold(`ann ${at}`)));
    const all = [...flood, admission.admit(BOB, NEVER, hold('bob'))];
    expect(admission.loads()).toEqual([
      { subject: 'ann', running: 1, queued: 199 },
      { subject: 'bob', running: 0, queued: 1 },
    ]);
    await endAll(all);
    expect(order.indexOf('bob')).toBeLessThanOrEqual(2);
    expect(admission.loads()).toEqual([]);
  });

  it('are not all for one whose share is bounded, and what is over it waits', async () => {
    const admission = createAdmission(3, 10, 2);
    const { order, hold, endAll } = createHolds();
    const all = ['a1', 'a2', 'a3'].map((name) => admission.admit(ANN, NEVER, hold(name)));
    expect([admission.running, admission.queued]).toEqual([2, 1]);
    all.push(admission.admit(BOB, NEVER, hold('b1')));
    expect(order).toEqual(['a1', 'a2', 'b1']);
    await endAll(all);
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3']);
    expect([admission.running, admission.queued]).toEqual([0, 0]);
  });

  it('in the line go to a newcomer, and the last of whoever has most there is told when to come back', async () => {
    const admission = createAdmission(1, 3);
    const { order, hold, endAll } = createHolds();
    const flood = [0, 1, 2, 3].map((at) => admission.admit(ANN, NEVER, hold(`ann ${at}`)));
    const bob = admission.admit(BOB, NEVER, hold('bob'));
    await expect(flood[3]).rejects.toMatchObject({
      code: 'POOL_SATURATED',
      details: { limit: 'queuedRuns', value: 3 },
    });
    await expect(admission.admit(ANN, NEVER, hold('more'))).rejects.toMatchObject({ code: 'POOL_SATURATED' });
    expect(admission.queued).toBe(3);
    await endAll([...flood.slice(0, 3), bob]);
    expect(order).toEqual(['ann 0', 'ann 1', 'bob', 'ann 2']);
  });

  it('in the line are free at once when those who had them leave', async () => {
    const admission = createAdmission(1, 200);
    const { order, hold, endAll } = createHolds();
    const running = admission.admit(ANN, NEVER, hold('ann'));
    const gone = new AbortController();
    const sessions = Array.from({ length: 200 }, (_, at) =>
      admission.admit({ subject: 'ann', workspace: `session ${at}` }, gone.signal, hold(`session ${at}`)),
    );
    const ended = Promise.allSettled(sessions);
    expect(admission.queued).toBe(200);
    gone.abort(new Error('gone'));
    expect(admission.queued).toBe(0);
    expect((await ended).every(({ status }) => status === 'rejected')).toBe(true);
    await endAll([running, admission.admit(BOB, NEVER, hold('bob'))]);
    expect(order).toEqual(['ann', 'bob']);
  });

  it('are shared evenly by a thousand subjects, and nothing is left of them', async () => {
    const admission = createAdmission(8, 2_000);
    const subjects = Array.from({ length: 1_000 }, (_, at) => ({ subject: `subject ${at}`, workspace: 'one' }));
    const counts = await Promise.all(
      subjects.map((turn) => admission.admit(turn, NEVER, async () => admission.running)),
    );
    expect(Math.max(...counts)).toBe(8);
    expect(admission.loads()).toEqual([]);
  });
});
