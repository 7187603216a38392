/**
 * Inputs 47 and 53: what a program leaves running when it has returned. Its result has arrived and stays; what it left is
 * never run, or ended with its process.
 */
import { expect, it, vi } from 'vitest';
import { processUsage } from '../../../src/pool/process-usage.ts';
import { describeAttacks } from '../attack-bench.ts';
import { workerPids } from '../bare-worker.ts';

const limits = { wallMs: 1_000, cpuMs: 300, heapMb: 64 };

/** What is not begun before the program's turn is over is never begun. */
const LEFTOVERS: readonly (readonly [title: string, program: string])[] = [
  [
    '47: FinalizationRegistry callbacks',
    'const registry = new FinalizationRegistry(() => { for (;;); }); for (let n = 0; n < 5_000; n++) registry.register({}, n); for (let n = 0; n < 50; n++) new Array(10_000).fill(n); return "kept"',
  ],
  ['53: timers that repeat', 'setInterval(() => { for (;;); }, 0); return "kept"'],
  [
    '53: timers that make timers',
    'const again = () => { setTimeout(again, 0); setTimeout(again, 0) }; again(); return "kept"',
  ],
  [
    '53: as many timers as there may be',
    'for (let n = 0; n < 10_000; n++) setTimeout(() => { for (;;); }, n % 50); return "kept"',
  ],
  ['53: calls that nobody waits for', 'for (let n = 0; n < 50; n++) mcp.kit.echo({ n }); return "kept"'],
];

/** A turn that does not end after the program has returned. */
const SPINS = [
  '(async () => { for (let n = 0; n < 100; n++) await null; for (;;); })(); return "kept"',
  '(async () => { for (;;) await null; })(); for (let n = 0; n < 3; n++) await null; return "kept"',
];

describeAttacks('what a program leaves running', { engine: 'node', limits }, ({ attack }) => {
  it.each(LEFTOVERS)('%s do not cost the program its result, nor the next run its process', async (_title, program) => {
    expect(await attack(program)).toMatchObject({ kind: 'completed', result: 'kept' });
  });

  it.runIf(process.platform === 'linux')(
    '47: a worker whose program goes on after it has returned is killed',
    async () => {
      const spentMs = () => new Map(workerPids().map((pid) => [pid, processUsage(pid)?.cpuMs ?? 0]));
      // A run is over when its isolate has been left. Whether its result or its limit is first, the next run is well.
      for (const spin of [...SPINS, ...SPINS]) {
        const { kind, result, error } = await attack(spin);
        expect([kind, result ?? error?.limit]).toBeOneOf([
          ['completed', 'kept'],
          ['limit-exceeded', 'cpuMs'],
          ['limit-exceeded', 'wallMs'],
        ]);
      }
      // Each of the four would spin on; 200 ms are twenty ticks of a processor's clock.
      let before = spentMs();
      const atRest = () => {
        const now = spentMs();
        const spinning = [...now].filter(([pid, ms]) => ms > (before.get(pid) ?? 0) + 100);
        before = now;
        expect(spinning).toEqual([]);
      };
      await vi.waitFor(atRest, { timeout: 15_000, interval: 200 });
    },
  );

  it('53: nothing that a program leaves logs or calls a tool once it is over', async () => {
    const program = `setInterval(() => { console.log("late"); mcp.kit.echo({ late: true }); }, 1); queueMicrotask(() => console.log("soon")); return 1`;
    const { logs, toolCalls } = await attack(program);
    expect(logs.filter(({ text }) => text === 'late')).toEqual([]);
    expect(toolCalls).toEqual([]);
  });
});
