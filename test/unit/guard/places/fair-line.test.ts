import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairLine, type Turn } from '../../../../src/guard/places/fair-line.ts';

interface Waiter extends Turn {
  readonly id: string;
}

type Step =
  | { readonly kind: 'enter'; readonly turn: Turn }
  | { readonly kind: 'next' }
  | { readonly kind: 'leave'; readonly at: number };

const turns = fc.record({
  subject: fc.constantFrom('a', 'b', 'c', '__proto__'),
  workspace: fc.constantFrom('1', '2', '3'),
});
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('enter' as const), turn: turns }) },
    { weight: 3, arbitrary: fc.constant({ kind: 'next' as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), at: fc.nat(50) }) },
  ),
  { maxLength: 80 },
);

/** Takes the steps, and gives what was served, with who waited when it was. */
function serve(all: readonly Step[]) {
  const line = new FairLine<Waiter>();
  const waiting: Waiter[] = [];
  const served: { readonly one: Waiter; readonly others: readonly Waiter[] }[] = [];
  const drop = (one: Waiter) => waiting.splice(waiting.indexOf(one), 1);
  let lastId = 0;
  for (const step of all) {
    if (step.kind === 'enter') {
      lastId += 1;
      const one = { ...step.turn, id: String(lastId) };
      line.enter(one.id, step.turn, one);
      waiting.push(one);
    } else if (step.kind === 'next') {
      const one = line.next();
      expect(one === undefined).toBe(waiting.length === 0);
      if (one === undefined) continue;
      drop(one);
      served.push({ one, others: [...waiting] });
    } else {
      const one = waiting[step.at % Math.max(1, waiting.length)];
      expect(line.leave(one?.id ?? 'nobody')).toBe(one);
      if (one !== undefined) drop(one);
    }
    expect(line.size).toBe(waiting.length);
    expect(line.hasNext).toBe(waiting.length > 0);
  }
  return { line, served, waiting };
}

function fill(line: FairLine<string>, { subject, workspace }: Turn, count: number): void {
  for (let at = 1; at <= count; at += 1)
    line.enter(`${subject}${workspace}${at}`, { subject, workspace }, `${subject}${workspace}${at}`);
}

const ANN = { subject: 'ann', workspace: 'x' };
const BOB = { subject: 'bob', workspace: 'y' };

describe('a fair line', () => {
  it('serves nobody twice while another subject waits all the time', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { served } = serve(all);
        served.forEach(({ one, others }, at) => {
          const before = served.slice(0, at).findLastIndex((each) => each.one.subject === one.subject);
          if (before === -1) return;
          // Whoever waited when this subject was last served, and waits still, has been passed over in between.
          const { others: then } = served[before] ?? { others: [] };
          const passed = then.filter((each) => each.subject !== one.subject && others.includes(each));
          const between = served.slice(before + 1, at).map((each) => each.one.subject);
          for (const each of passed) expect(between).toContain(each.subject);
        });
      }),
    );
  });

  it('serves no workspace twice while another of its subject waits all the time', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const ofOne = serve(
          all.map((step) => (step.kind === 'enter' ? { ...step, turn: { ...step.turn, subject: 'a' } } : step)),
        );
        ofOne.served.forEach(({ one, others }, at) => {
          const before = ofOne.served.slice(0, at).findLastIndex((each) => each.one.workspace === one.workspace);
          if (before === -1) return;
          const { others: then } = ofOne.served[before] ?? { others: [] };
          const passed = then.filter((each) => each.workspace !== one.workspace && others.includes(each));
          const between = ofOne.served.slice(before + 1, at).map((each) => each.one.workspace);
          for (const each of passed) expect(between).toContain(each.workspace);
        });
      }),
    );
  });

  it('keeps the order of those who have the same turn', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { served } = serve(all);
        const ids = Map.groupBy(served, ({ one }) => `${one.subject} ${one.workspace}`);
        for (const group of ids.values()) {
          const order = group.map(({ one }) => Number(one.id));
          expect(order).toEqual(order.toSorted((one, other) => one - other));
        }
      }),
    );
  });

  it('holds nothing of those who were served or have left', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { line, waiting } = serve(all);
        const counts = [...Map.groupBy(waiting, ({ subject }) => subject)].map(([name, group]) => [name, group.length]);
        expect(new Map(line.loads())).toEqual(new Map(counts as [string, number][]));
      }),
    );
  });

  it('serves a newcomer after one turn of the others, however many they have', () => {
    const line = new FairLine<string>();
    for (let session = 0; session < 200; session += 1) fill(line, { subject: 'ann', workspace: `s${session}-` }, 2);
    line.next();
    fill(line, BOB, 1);
    expect([line.next(), line.next()]).toContain('boby1');
  });

  it('passes over whoever may not start, and has nobody next where nobody may', () => {
    const started = new Set(['ann']);
    const line = new FairLine<string>((subject) => !started.has(subject));
    fill(line, ANN, 2);
    expect([line.hasNext, line.next(), line.size]).toEqual([false, undefined, 2]);
    fill(line, BOB, 1);
    expect([line.hasNext, line.next(), line.hasNext]).toEqual([true, 'boby1', false]);
    started.clear();
    expect(line.next()).toBe('annx1');
  });
});

describe('a full line', () => {
  it('has the last of whoever has most in it give way', () => {
    const line = new FairLine<string>();
    fill(line, ANN, 5);
    fill(line, BOB, 1);
    expect(line.givesWay(BOB)).toBe('annx5');
    expect(line.givesWay({ subject: 'carl', workspace: 'z' })).toBe('annx5');
  });

  it('has nobody give way to whoever would have as much, nor to the one who has most', () => {
    const line = new FairLine<string>();
    fill(line, ANN, 3);
    fill(line, BOB, 2);
    expect(line.givesWay(BOB)).toBeUndefined();
    expect(line.givesWay(ANN)).toBeUndefined();
    expect(new FairLine<string>().givesWay(ANN)).toBeUndefined();
  });

  it('has a workspace give way to another of the same subject', () => {
    const line = new FairLine<string>();
    fill(line, ANN, 3);
    expect(line.givesWay({ subject: 'ann', workspace: 'other' })).toBe('annx3');
    expect(line.givesWay({ subject: 'ann', workspace: 'x' })).toBeUndefined();
  });

  it('makes the shares more even with everyone who gives way, so that it comes to an end', () => {
    fc.assert(
      fc.property(fc.array(turns, { minLength: 1, maxLength: 40 }), turns, (all, newcomer) => {
        const line = new FairLine<Turn>();
        for (const [at, turn] of all.entries()) line.enter(String(at), turn, turn);
        const before = line.waitingOf(newcomer.subject);
        const gone = line.leave(line.givesWay(newcomer) ?? 'nobody');
        if (gone === undefined) return;
        if (gone.subject === newcomer.subject) expect(gone.workspace).not.toBe(newcomer.workspace);
        else expect(line.waitingOf(gone.subject)).toBeGreaterThanOrEqual(before + 1);
      }),
    );
  });
});
