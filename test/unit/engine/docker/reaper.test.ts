import { describe, expect, it } from 'vitest';
import { createOwner, labelsOf } from '../../../../src/engine/docker/ownership/owner.ts';
import { isAbandoned } from '../../../../src/engine/docker/ownership/reaper.ts';

describe('an abandoned container', () => {
  const here = createOwner();
  const NONE: ReadonlySet<string> = new Set();
  const listed = (owner: Partial<typeof here>, ageSeconds: number) => ({
    id: 'c1',
    labels: labelsOf({ ...here, ...owner }, 600_000),
    ageSeconds,
  });

  it('belongs to a process of this place that has ended, however young it is', () => {
    expect(isAbandoned(listed({ instance: 'other', process: '4194303@1' }, 0), here, NONE)).toBe(true);
  });

  it('has outlived what any owner keeps, wherever that owner is', () => {
    const elsewhere = { instance: 'other', place: 'elsewhere', process: '1@1' };
    expect(isAbandoned(listed(elsewhere, 599), here, NONE)).toBe(false);
    expect(isAbandoned(listed(elsewhere, 601), here, NONE)).toBe(true);
  });

  it('is never one that this instance holds, however old', () => {
    expect(isAbandoned(listed({}, 10_000), here, new Set(['c1']))).toBe(false);
  });

  it('is one of this instance that it knows nothing of, once its making must be over', () => {
    expect(isAbandoned(listed({}, 10), here, NONE)).toBe(false);
    expect(isAbandoned(listed({}, 61), here, NONE)).toBe(true);
  });

  it('is never one without our labels', () => {
    const strange = { id: 'c1', labels: { 'io.codeloom.instance': 'x' }, ageSeconds: 1e9 };
    expect(isAbandoned(strange, here, NONE)).toBe(false);
    expect(isAbandoned({ ...strange, labels: {} }, here, NONE)).toBe(false);
  });
});
