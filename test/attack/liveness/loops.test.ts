/** Section B of the hostile inputs on the node engine: whatever will not end is ended, and the next run is well. */
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { ANSWERED_CASES, BUILTIN_CASES, HIDDEN_CASES, LOOP_CASES } from './spin-cases.ts';

/** Small limits, so that the many that meet them do so soon. */
const limits = { wallMs: 1_000, cpuMs: 300, heapMb: 64 };

describeAttacks('programs that will not end', { engine: 'node', limits }, ({ attack }) => {
  it.concurrent.each([...LOOP_CASES, ...BUILTIN_CASES, ...HIDDEN_CASES])('$title', async ({ program, outcome }) => {
    expect(await attack(program)).toMatchObject(outcome);
  });
});

describeAttacks('programs that are told', { engine: 'node', limits: { heapMb: 64, toolCalls: 20 } }, ({ attack }) => {
  it.concurrent.each(ANSWERED_CASES)('$title', async ({ program, outcome }) => {
    expect(await attack(program)).toMatchObject(outcome);
  });
});
