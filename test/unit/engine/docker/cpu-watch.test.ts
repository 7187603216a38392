import { describe, expect, it, vi } from 'vitest';
import { watchCpu } from '../../../../src/engine/docker/cpu-watch.ts';

describe('the watch over processor time', () => {
  const withClock = async (body: () => Promise<void>) => {
    vi.useFakeTimers();
    try {
      await body();
    } finally {
      vi.useRealTimers();
    }
  };

  it('does not ask before the limit can have been met', () =>
    withClock(async () => {
      const cpuMs = vi.fn(async () => 0);
      const stop = watchCpu({ cpuMs }, 5_000, () => {});
      await vi.advanceTimersByTimeAsync(4_999);
      expect(cpuMs).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(cpuMs).toHaveBeenCalledOnce();
      stop();
    }));

  it('asks again when it could have been met by then, and tells once', () =>
    withClock(async () => {
      const used = [3_000, 4_500, 5_100];
      const onOver = vi.fn();
      watchCpu({ cpuMs: async () => used.shift() }, 5_000, onOver);
      await vi.advanceTimersByTimeAsync(5_000);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(onOver).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(500);
      expect(onOver).toHaveBeenCalledOnce();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(onOver).toHaveBeenCalledOnce();
    }));

  it('says nothing once it was stopped, also while an answer is on its way', () =>
    withClock(async () => {
      const answer = Promise.withResolvers<number>();
      const onOver = vi.fn();
      const stop = watchCpu({ cpuMs: () => answer.promise }, 1_000, onOver);
      await vi.advanceTimersByTimeAsync(1_000);
      stop();
      answer.resolve(9_999);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(onOver).not.toHaveBeenCalled();
    }));

  it('goes on where the daemon cannot tell', () =>
    withClock(async () => {
      const used = [undefined, 2_000];
      const onOver = vi.fn();
      watchCpu({ cpuMs: async () => used.shift() }, 1_000, onOver);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(onOver).toHaveBeenCalledOnce();
    }));
});
