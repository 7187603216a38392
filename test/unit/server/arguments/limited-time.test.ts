import { describe, expect, it } from 'vitest';
import { createTimeLimit, TimeSpent } from '../../../../src/server/arguments/limited-time.ts';

describe('a time limit', () => {
  it('gives back what the work gives, undefined too', () => {
    const runLimited = createTimeLimit();
    expect(runLimited(1_000, () => 3)).toBe(3);
    expect(runLimited(1_000, () => undefined)).toBeUndefined();
  });

  it('ends a loop that does not end by itself, and works the next time', () => {
    const runLimited = createTimeLimit();
    expect(() =>
      runLimited(20, () => {
        for (;;);
      }),
    ).toThrow(TimeSpent);
    expect(runLimited(1_000, () => 'again')).toBe('again');
  });

  it('passes on what the work throws as it is', () => {
    const thrown = new RangeError('mine');
    expect(() =>
      createTimeLimit()(1_000, () => {
        throw thrown;
      }),
    ).toThrow(thrown);
  });
});
