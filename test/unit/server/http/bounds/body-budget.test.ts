import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyBudget } from '../../../../../src/server/http/bounds/body-budget.ts';

const KIB = 1024;

describe('the budget of bodies on their way', () => {
  it('has room for sixteen of the largest, and for the next when one has ended', () => {
    const budget = new BodyBudget(1_000 * KIB);
    const bodies = Array.from({ length: 17 }, () => budget.open());
    expect(bodies.map(({ grow }) => grow(1_000 * KIB + 64 * KIB))).toEqual([...Array(16).fill(true), false]);
    bodies[0]?.end();
    expect(bodies[16]?.grow(1_000 * KIB)).toBe(true);
  });

  it('counts no small body', () => {
    const budget = new BodyBudget(64 * KIB);
    expect(Array.from({ length: 1_000 }, () => budget.open().grow(64 * KIB)).every(Boolean)).toBe(true);
    expect(budget.heldBytes).toBe(0);
  });

  it('holds nothing once all have ended, however they grew', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(200 * KIB), { maxLength: 5 }), { maxLength: 20 }), (bodies) => {
        const budget = new BodyBudget(100 * KIB);
        const opened = bodies.map((steps) => {
          const body = budget.open();
          for (const bytes of steps.toSorted((one, other) => one - other)) body.grow(bytes);
          return body;
        });
        expect(budget.heldBytes).toBeLessThanOrEqual(1_600 * KIB);
        for (const body of [...opened, ...opened]) body.end();
        expect(budget.heldBytes).toBe(0);
      }),
    );
  });
});
