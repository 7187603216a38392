import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyFold } from '../../../../src/guard/rates/key-fold.ts';

describe('keys of counts', () => {
  it('are their own for so many, and shared by all beyond', () => {
    const fold = createKeyFold(1_000, { ownKeys: 3, sharedKeys: 2, now: () => 0 });
    expect(['a', 'b', 'c', 'a'].map(fold)).toEqual(['a', 'b', 'c', 'a']);
    for (const key of ['d', 'e', '__proto__']) expect(fold(key)).toMatch(/^shared [01]$/);
    expect(fold('d')).toBe(fold('d'));
  });

  it('are their own again when the windows of others have ended', () => {
    let now = 0;
    const fold = createKeyFold(1_000, { ownKeys: 1, sharedKeys: 2, now: () => now });
    expect([fold('a'), fold('b') === 'b']).toEqual(['a', false]);
    now = 1_000;
    expect([fold('b'), fold('a') === 'a']).toEqual(['b', false]);
  });

  it('are never more than there may be, whoever comes and when', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(300)), { maxLength: 200 }), (asked) => {
        let now = 0;
        const fold = createKeyFold(1_000, { ownKeys: 5, sharedKeys: 3, now: () => now });
        /** Each key that was given out, and when its window ends. */
        const ends = new Map<string, number>();
        for (const [who, ms] of asked) {
          now += ms;
          const key = fold(`subject ${who}`);
          if ((ends.get(key) ?? 0) <= now) ends.set(key, now + 1_000);
          const own = [...ends].filter(([each, end]) => end > now && !each.startsWith('shared '));
          expect(own.length).toBeLessThanOrEqual(5);
        }
        expect(new Set([...ends.keys()].filter((key) => key.startsWith('shared '))).size).toBeLessThanOrEqual(3);
      }),
    );
  });
});
