/**
 * What counting has to do, wherever it is done. Both backends pass it whole: memory-rates.test.ts and
 * postgres-rates.test.ts are the callers.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localCaller } from '../../../src/base/gate/caller.ts';
import { type LimitOverrides, resolveLimits } from '../../../src/base/limits.ts';
import { createGuard, type Guard } from '../../../src/guard/guard.ts';
import { createMeters, type Meters } from '../../../src/guard/rates/meters.ts';
import type { RatesDatabase } from '../../../src/guard/rates/rates-database.ts';

/** A place where counts are kept, empty at first. */
export interface RatesBench {
  /** Of another instance on the same place each time; none where each counts for itself. Closed with the bench. */
  openDatabase(): RatesDatabase | undefined;
  close(): Promise<void>;
}

const NEVER = new AbortController().signal;

export function ratesContract(kind: string, makeBench: () => Promise<RatesBench>): void {
  describe(`rates counted in ${kind}`, () => {
    let bench: RatesBench | undefined;
    const get = (): RatesBench => {
      if (bench === undefined) throw new Error('The test has not begun.');
      return bench;
    };
    beforeEach(async () => {
      bench = await makeBench();
    });
    afterEach(() => bench?.close());
    describe('a meter', () => meterContract(() => createMeters(get().openDatabase())));
    describe('a gate', () => gateContract((limits) => openGate(get(), limits)));
  });
}

function openGate(bench: RatesBench, limits: LimitOverrides): Guard {
  const database = bench.openDatabase();
  return createGuard({
    limits: resolveLimits({ ...limits }),
    callTool: async () => ({ kind: 'value', value: null }),
    tell: () => {},
    ...(database === undefined ? {} : { database }),
  });
}

function meterContract(open: () => Meters): void {
  it('allows so much in a window, and says what was used and when the window ends', async () => {
    const meters = open();
    const readings = [];
    for (const _ of [1, 2, 3]) readings.push(await meters.use('runsPerMinute', 'ann', 2, 1));
    expect(readings).toMatchObject([
      { used: 1, isOver: false },
      { used: 2, isOver: false },
      { used: 3, isOver: true },
    ]);
    for (const { leftMs } of readings) {
      expect(leftMs).toBeGreaterThan(0);
      expect(leftMs).toBeLessThanOrEqual(60_000);
    }
  });

  it('allows exactly so many of those that come at the same time', async () => {
    const meters = open();
    const all = await Promise.all(Array.from({ length: 100 }, () => meters.use('toolCallsPerMinute', 'ann', 30, 1)));
    expect(all.filter(({ isOver }) => !isOver)).toHaveLength(30);
  });

  it('goes on refusing what is spent', async () => {
    const meters = open();
    for (const isOver of [false, true, true, true, true]) {
      expect(await meters.use('runsPerMinute', 'ann', 1, 1)).toMatchObject({ isOver });
    }
  });

  it('keeps callers and rates apart', async () => {
    const meters = open();
    await meters.use('runsPerMinute', 'ann', 1, 1);
    expect(await meters.use('runsPerMinute', 'bob', 1, 1)).toMatchObject({ used: 1, isOver: false });
    expect(await meters.use('toolRunsPerMinute', 'ann', 1, 1)).toMatchObject({ used: 1, isOver: false });
    expect(await meters.use('runsPerMinute', 'ann', 1, 1)).toMatchObject({ used: 2, isOver: true });
  });

  it('adds what has happened, and can be asked without using anything', async () => {
    const meters = open();
    expect(await meters.use('runMsPerHour', 'ann', 99, 0)).toMatchObject({ used: 0, isOver: false });
    await meters.add('runMsPerHour', 'ann', 99);
    expect(await meters.use('runMsPerHour', 'ann', 99, 0)).toMatchObject({ used: 99, isOver: false });
    await meters.add('runMsPerHour', 'ann', 1);
    expect(await meters.use('runMsPerHour', 'ann', 99, 0)).toMatchObject({ isOver: true });
  });

  it('counts one caller once, whatever is allowed to it meanwhile', async () => {
    const meters = open();
    await meters.use('runsPerMinute', 'ann', 1, 1);
    expect(await meters.use('runsPerMinute', 'ann', 1, 1)).toMatchObject({ isOver: true });
    expect(await meters.use('runsPerMinute', 'ann', 5, 1)).toMatchObject({ used: 3, isOver: false });
  });
}

function gateContract(open: (limits: LimitOverrides) => Guard): void {
  it('holds a caller to its rate over all its sessions, and no other caller', async () => {
    const guard = open({ runsPerMinute: 3 });
    const run = (subject: string, workspace: string) =>
      guard.admit({ caller: localCaller(subject), workspace, tool: 'run_js' }, (inPlace) =>
        inPlace(NEVER, async () => 'done'),
      );
    const ends = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => run('ann', `session ${at}`)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await run('bob', 'session 0')).toBe('done');
  });

  it('takes any subject and any name of a tool', async () => {
    const guard = open({ toolRunsPerMinute: 1 });
    for (const name of ['__proto__', "'; DROP TABLE codeloom_rates; --", 'x'.repeat(10_000), '\u0000', '\ud800']) {
      const execution = { caller: localCaller(name), workspace: name, tool: name };
      expect(await guard.count(execution, async () => 'done')).toBe('done');
      await expect(guard.count(execution, async () => 'done')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    }
  });
}
