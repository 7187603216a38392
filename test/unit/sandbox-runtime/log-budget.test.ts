import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogBudget } from '../../../sandbox-runtime/log-budget.ts';
import type { GuestLogTail } from '../../../sandbox-runtime/protocol.ts';

/** A budget and what came out of it: the head line by line, and every tail as it was when it was sent. */
function createBudget(logBytes: number, logLines: number) {
  const head: string[] = [];
  const tails: GuestLogTail[] = [];
  const budget = new LogBudget(
    { logBytes, logLines },
    {
      line: (_level, _atMs, text) => head.push(text),
      tail: (tail) => tails.push(structuredClone(tail)),
    },
  );
  const last = () => tails.at(-1) ?? { droppedLines: 0, droppedBytes: 0, lines: [] };
  return { budget, head, tails, tail: () => last().lines.map(({ text }) => text), last };
}

const bytesOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

describe('a program that logs within half of its budget', () => {
  it('has every line sent at once, with its level and the time since the start', () => {
    const sent: unknown[] = [];
    const sink = { line: (...line: unknown[]) => sent.push(line), tail: () => sent.push('tail') };
    const budget = new LogBudget({ logBytes: 1_000, logLines: 10 }, sink);
    budget.add('warn', 'careful');
    expect(sent).toEqual([['warn', expect.any(Number), 'careful']]);
    expect((sent as number[][])[0]?.[1]).toBeGreaterThanOrEqual(0);
    budget.flush();
    expect(sent).toHaveLength(1);
  });

  it('may use the half up to the last byte and the last line', () => {
    const bytes = createBudget(20, 1_000);
    for (let line = 0; line < 3; line++) bytes.budget.add('log', 'ü23é');
    expect(bytes.head).toEqual(['ü23é']);
    const exact = createBudget(24, 1_000);
    for (let line = 0; line < 3; line++) exact.budget.add('log', 'ü23é');
    expect(exact.head).toHaveLength(2);
    const lines = createBudget(1_000, 6);
    for (let line = 0; line < 9; line++) lines.budget.add('log', '');
    expect(lines.head).toHaveLength(3);
  });
});

describe('a program that logs more', () => {
  it('has its first and its last lines, and the count of what lies between', () => {
    const { budget, head, tail, last } = createBudget(1_000, 6);
    for (let line = 1; line <= 10; line++) budget.add('log', `line ${line}`);
    budget.flush();
    expect(head).toEqual(['line 1', 'line 2', 'line 3']);
    expect(tail()).toEqual(['line 8', 'line 9', 'line 10']);
    expect(last()).toMatchObject({ droppedLines: 4, droppedBytes: bytesOf(['line 4', 'line 5', 'line 6', 'line 7']) });
  });

  it('never goes back to the head once a line did not fit there: the order of lines stands', () => {
    const { budget, head, tail } = createBudget(20, 100);
    for (const text of ['1', '22222222222', '3']) budget.add('log', text);
    budget.flush();
    expect([head, tail()]).toEqual([['1'], ['3']]);
  });

  it('has the first line beyond the head on its way at once: it may crash right after', () => {
    const { budget, tail } = createBudget(1_000, 2);
    for (const text of ['head', 'last words']) budget.add('log', text);
    expect(tail()).toEqual(['last words']);
  });

  it('has its tail sent anew while it goes on, now and then, and not with every line', () => {
    const { budget, tails } = createBudget(1_000, 4);
    let lines = 0;
    while (tails.length < 3) budget.add('log', `line ${lines++}`);
    expect(lines).toBeGreaterThan(100);
    const sent = tails.map((tail) => tail.lines.at(-1)?.text);
    expect(new Set(sent).size).toBe(3);
  });

  it('has nothing sent twice by a flush', () => {
    const { budget, tails } = createBudget(1_000, 2);
    for (const text of ['head', 'a', 'b']) budget.add('log', text);
    budget.flush();
    const count = tails.length;
    budget.flush();
    expect(tails).toHaveLength(count);
    expect(tails.at(-1)?.lines.map(({ text }) => text)).toEqual(['b']);
  });

  it('loses a line that is longer than half of the budget, and is told how long it was', () => {
    const { budget, last } = createBudget(100, 100);
    budget.add('log', 'x'.repeat(60));
    budget.flush();
    expect(last()).toEqual({ droppedLines: 1, droppedBytes: 60, lines: [] });
  });
});

describe('any program', () => {
  it('has no line lost without a count, none out of order, and never more than its budget', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 40 });
    const limits = fc.tuple(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2, max: 40 }));
    fc.assert(
      fc.property(texts, limits, (all, [logBytes, logLines]) => {
        const { budget, head, tail, last } = createBudget(logBytes, logLines);
        for (const text of all) budget.add('log', text);
        budget.flush();
        const { droppedLines, droppedBytes } = last();
        const kept = [...head, ...tail()];
        expect(kept).toEqual([...all.slice(0, head.length), ...all.slice(head.length + droppedLines)]);
        expect(bytesOf(kept)).toBeLessThanOrEqual(logBytes);
        expect(kept.length).toBeLessThanOrEqual(logLines);
        expect(bytesOf(kept) + droppedBytes).toBe(bytesOf(all));
      }),
    );
  });
});
