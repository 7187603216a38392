/**
 * Inputs 47 and 53: what a program leaves running when it has returned. Its result has arrived and stays; what it left is
 * never run, or ended with its process.
 */
import { expect, it, vi } from 'vitest';
import { processUsage } from '../../../src/pool/process-usage.ts';
import { describeAttacks } from '../attack-bench.ts';
import { workerPids } from '../bare-worker.ts';

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

describeAttacks('what a program leaves behind', { engine: 'node' }, ({ attack }) => {
  it.each(LEFTOVERS)('%s do not cost the program its result, nor the next run its process', async (_title, program) => {
    expect(await attack(program)).toMatchObject({ kind: 'completed', result: 'kept' });
  });

  it('53: nothing that a program leaves logs or calls a tool once it is over', async () => {
    const program = `setInterval(() => { console.log("late"); mcp.kit.echo({ late: true }); }, 1); return 1`;
    const { kind, logs, toolCalls } = await attack(program);
    expect([kind, logs, toolCalls]).toEqual(['completed', [], []]);
  });
});

/** What a process that waits may take in half a second; one that spins takes fifty. */
const ONE_TICK_MS = 10;
/** Small, because the spins may meet them. */
const limits = { wallMs: 3_000, cpuMs: 300 };

describeAttacks('what a program leaves running', { engine: 'node', limits }, ({ attack }) => {
  // A run is over when its isolate has been left. Whether its result or its limit is first, the next run is well.
  it.each(SPINS)('47: a turn that goes on after its program has returned is ended: %s', async (spin) => {
    const { kind, result, error } = await attack(spin);
    expect([kind, result ?? error?.limit]).toBeOneOf([
      ['completed', 'kept'],
      ['limit-exceeded', 'cpuMs'],
      ['limit-exceeded', 'wallMs'],
    ]);
  });

  it.runIf(process.platform === 'linux')('47: no worker spins on', async () => {
    const spentMs = () => new Map(workerPids().map((pid) => [pid, processUsage(pid)?.cpuMs ?? 0]));
    await attack(SPINS[0] ?? '');
    // The first look finds everybody at work.
    let before: ReadonlyMap<number, number> = new Map();
    const atRest = () => {
      const now = spentMs();
      const spinning = [...now].filter(([pid, ms]) => ms > (before.get(pid) ?? 0) + ONE_TICK_MS);
      before = now;
      expect(spinning).toEqual([]);
    };
    await vi.waitFor(atRest, { timeout: 20_000, interval: 500 });
  });
});
