import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { elapsedMs, nowMs, raceAbort, withDeadline } from '../../../src/base/deadline.ts';

const never = new Promise<never>(() => {});
const NO_SIGNAL = new AbortController().signal;
const LATE = new Error('too late');

/** Rejections that nobody handled while the work ran, and in the turns of the loop after it. */
async function unhandledDuring(work: () => Promise<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  const known = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => seen.push(reason));
  try {
    await work();
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of known) process.on('unhandledRejection', listener);
  }
  return seen;
}

describe('elapsedMs', () => {
  it('counts from a moment on the monotonic clock, in hundredths of a millisecond', () => {
    const ms = elapsedMs(nowMs() - 12.345);
    expect(ms).toBeGreaterThanOrEqual(12.34);
    expect(Math.round(ms * 100) / 100).toBe(ms);
  });
});

describe('raceAbort', () => {
  it('gives the value or the error of the promise', async () => {
    await expect(raceAbort(Promise.resolve(1), NO_SIGNAL)).resolves.toBe(1);
    await expect(raceAbort(Promise.reject(LATE), NO_SIGNAL)).rejects.toBe(LATE);
  });

  it('rejects with the reason of the signal, also where that has aborted before', async () => {
    const controller = new AbortController();
    const racing = raceAbort(never, controller.signal);
    controller.abort(LATE);
    await expect(racing).rejects.toBe(LATE);
    await expect(raceAbort(Promise.resolve(1), controller.signal)).rejects.toBe(LATE);
  });

  it.each(['before', 'meanwhile'])('leaves no rejection unhandled where the signal aborted %s', async (when) => {
    const unhandled = await unhandledDuring(async () => {
      const controller = new AbortController();
      if (when === 'before') controller.abort(LATE);
      const work = Promise.withResolvers<void>();
      const racing = raceAbort(work.promise, controller.signal);
      controller.abort(LATE);
      await expect(racing).rejects.toBe(LATE);
      work.reject(new Error('nobody waits for this'));
    });
    expect(unhandled).toEqual([]);
  });

  it('leaves no listener behind on the signal', async () => {
    const { signal } = new AbortController();
    await Promise.all([1, 2, 3].map((value) => raceAbort(Promise.resolve(value), signal)));
    await raceAbort(Promise.reject(LATE), signal).catch(() => {});
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('withDeadline', () => {
  it('gives what the work gives in time', async () => {
    await expect(
      withDeadline(
        60_000,
        NO_SIGNAL,
        () => LATE,
        async () => 'done',
      ),
    ).resolves.toBe('done');
    const failed = async () => Promise.reject(LATE);
    await expect(withDeadline(60_000, NO_SIGNAL, () => new Error('other'), failed)).rejects.toBe(LATE);
  });

  it('rejects with its own error where the work does not end, and aborts the work with the same', async () => {
    let reason: unknown;
    const work = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return never;
    };
    await expect(withDeadline(1, NO_SIGNAL, () => LATE, work)).rejects.toBe(LATE);
    expect(reason).toBe(LATE);
  });

  it('makes no error where the deadline is not met', async () => {
    let made = 0;
    const onDeadline = () => {
      made += 1;
      return LATE;
    };
    await withDeadline(60_000, NO_SIGNAL, onDeadline, async () => 'done');
    expect(made).toBe(0);
  });

  it('passes on the abort of its caller, and does not begin after one', async () => {
    const controller = new AbortController();
    const running = withDeadline(
      60_000,
      controller.signal,
      () => new Error('other'),
      () => never,
    );
    controller.abort(LATE);
    await expect(running).rejects.toBe(LATE);
    let began = false;
    const work = async () => {
      began = true;
    };
    await expect(withDeadline(60_000, controller.signal, () => new Error('other'), work)).rejects.toBe(LATE);
    expect(began).toBe(false);
  });

  it('rejects where the work throws before it returns a promise', async () => {
    const work = () => {
      throw LATE;
    };
    await expect(withDeadline(60_000, NO_SIGNAL, () => new Error('other'), work)).rejects.toBe(LATE);
  });

  it('survives work that aborts its own caller and then fails', async () => {
    const unhandled = await unhandledDuring(async () => {
      const controller = new AbortController();
      const work = async () => {
        controller.abort(LATE);
        throw new Error('nobody waits for this');
      };
      await expect(withDeadline(60_000, controller.signal, () => new Error('other'), work)).rejects.toBe(LATE);
    });
    expect(unhandled).toEqual([]);
  });
});
