/** What the suite makes of its samples: percentiles, claims, rounds. */
import { describe, expect, it } from 'vitest';
import type { CaseReport } from '../../bench/harness/case-report.ts';
import { judge } from '../../bench/harness/judge.ts';
import { median, percentile, rounded } from '../../bench/harness/statistics.ts';
import { timeTasks } from '../../bench/harness/time-tasks.ts';
import { mergeRounds } from '../../bench/suite/merge-rounds.ts';

const P50 = new Map([
  ['ours', 3],
  ['pipe', 1],
  ['bridge', 0.5],
]);
const p50 = (series: string) => P50.get(series) ?? Number.NaN;

describe('percentile', () => {
  it('lies between the samples that are nearest', () => {
    expect([percentile([4, 1, 3, 2], 0.5), percentile([1, 2, 3], 0.95), median([7])]).toEqual([2.5, 2.9, 7]);
  });

  it('is no number where there are no samples', () => {
    expect(median([])).toBeNaN();
  });

  it('is reported with four digits', () => {
    expect([rounded(1.23456), rounded(123456), rounded(Number.NaN)]).toEqual([1.235, 123500, Number.NaN]);
  });
});

describe('a claim', () => {
  it('holds a sum against a sum, and says whether target and goal are kept', () => {
    const claim = { name: 'call', of: ['ours'], to: ['pipe', { series: 'bridge', times: 2 }], target: 2, goal: 1 };
    expect(judge(claim, p50, 'ms')).toEqual({
      name: 'call',
      value: 1.5,
      unit: '×',
      bound: 'at most',
      target: 2,
      isMet: true,
      goal: 1,
      isGoalMet: false,
    });
  });

  it('without a divisor is a value in the unit of its series', () => {
    const claim = { name: 'rate', of: ['ours'], bound: 'at least' as const, target: 4 };
    expect(judge(claim, p50, 'per second')).toMatchObject({ value: 3, unit: 'per second', isMet: false });
  });
});

describe('rounds', () => {
  const round = (value: number): CaseReport => ({
    name: 'a',
    title: 'A',
    about: '',
    kind: 'measured',
    figures: [{ name: 'ours', unit: 'ms', p50: value, p95: value * 2, samples: 10 }],
    findings: [{ name: 'call', value, unit: '×', bound: 'at most', target: 2, isMet: value <= 2 }],
  });
  const lost: CaseReport = { name: 'a', title: 'A', about: '', kind: 'failed', reason: 'exit code 1' };

  it('become one report of medians, judged anew', () => {
    expect(mergeRounds([round(1), round(9), round(3)])).toMatchObject({
      figures: [{ p50: 3, p95: 6, samples: 30 }],
      findings: [{ value: 3, isMet: false }],
    });
  });

  it('count where they came to numbers, and say why none did', () => {
    expect(mergeRounds([lost, round(2)])).toMatchObject({ kind: 'measured', findings: [{ value: 2, isMet: true }] });
    expect(mergeRounds([lost, lost])).toEqual(lost);
  });
});

describe('timing', () => {
  it('takes every iteration of every task, in turns, and no warm-up', async () => {
    const order: string[] = [];
    const task = (name: string) => ({
      name,
      run: async () => {
        order.push(name);
        return { overriddenDuration: order.length };
      },
    });
    const samples = await timeTasks([task('a'), task('b')], { iterations: 7, warmup: 1 });
    expect([...samples].map(([name, taken]) => [name, taken.length])).toEqual([
      ['a', 7],
      ['b', 7],
    ]);
    expect(order.slice(0, 4)).toEqual(['a', 'a', 'b', 'b']);
    expect([...samples.values()].every((taken) => taken.every(Number.isInteger))).toBe(true);
  });
});
