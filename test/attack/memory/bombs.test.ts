/** Section C of the hostile inputs on the node engine: whatever takes memory meets a bound, and the server does not grow. */
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { BUFFER_CASES, HEAP_CASES, OUTPUT_CASES, SLOW_CASES } from './bomb-cases.ts';

const MAX_GROWTH_BYTES = 256 * 1024 * 1024;
const rssBefore = process.memoryUsage().rss;

/** A deadline far away, so that what is ended is ended by a bound of memory. */
const patient = { wallMs: 25_000, cpuMs: 20_000, heapMb: 32 };
describeAttacks('programs that take memory', { engine: 'node', limits: patient }, ({ attack }) => {
  it.each([...HEAP_CASES, ...BUFFER_CASES])('$title is ended, and told why', async ({ program, outcome }) => {
    expect(await attack(program)).toMatchObject(outcome);
  });

  it.each(OUTPUT_CASES)('$title', async ({ program, outcome }) => {
    const ended = await attack(program);
    expect(ended).toMatchObject(outcome);
    expect(JSON.stringify(ended).length).toBeLessThan(200_000);
  });
});

const limits = { wallMs: 3_000, cpuMs: 500, heapMb: 32 };
describeAttacks('programs that take memory and time', { engine: 'node', limits }, ({ attack }) => {
  it.concurrent.each(SLOW_CASES)('$title is ended by the bound that it meets first', async ({ program, outcome }) => {
    expect(await attack(program)).toMatchObject(outcome);
  });

  it('68, 69: none of it has come into the server', () => {
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
