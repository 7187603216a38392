import { describe, expect, it } from 'vitest';
import { installTimers } from '../../../../sandbox-runtime/guest/timers.ts';
import { createGuestRealm } from './guest-realm.ts';

interface Globals {
  setTimeout(callback: unknown, ms?: unknown, ...args: unknown[]): number;
  setInterval(callback: unknown, ms?: unknown, ...args: unknown[]): number;
  clearTimeout(id?: unknown): void;
  clearInterval(id?: unknown): void;
  sleep(ms?: unknown): Promise<void>;
  queueMicrotask(callback: unknown): void;
  readonly performance: { now(): number; readonly timeOrigin: number };
}

/** Timers whose clock is the test: `started` and `cleared` are what the host was asked for. */
function createTimers() {
  const started: [number, number][] = [];
  const cleared: number[] = [];
  const globals = {} as Globals;
  const host = {
    start: (id: number, ms: number) => void started.push([id, ms]),
    clear: (id: number) => void cleared.push(id),
  };
  const { fire, startClock } = installTimers(globals, host);
  startClock();
  return { globals, fire, started, cleared };
}

describe('setTimeout', () => {
  it('calls once, with its arguments and no receiver, when the host says that it is due', () => {
    const { globals, fire, started } = createTimers();
    const calls: unknown[] = [];
    const id = globals.setTimeout(
      function (this: unknown, ...args: unknown[]) {
        calls.push([this, ...args]);
      },
      50,
      'a',
      2,
    );
    expect([started, calls]).toEqual([[[id, 50]], []]);
    fire(id);
    fire(id);
    expect(calls).toEqual([[undefined, 'a', 2]]);
  });

  it.each<[unknown, number]>([
    [undefined, 1],
    [null, 1],
    [0, 1],
    [-5, 1],
    [0.5, 1],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
    [2 ** 31, 1],
    ['soon', 1],
    ['20', 20],
    [2 ** 31 - 1, 2 ** 31 - 1],
    [1.5, 1.5],
  ])('takes the delay %s for %d ms', (delay, ms) => {
    const { globals, started } = createTimers();
    globals.setTimeout(() => {}, delay);
    expect(started).toEqual([[1, ms]]);
  });

  it.each([undefined, null, 'code()', {}, 1])('refuses %j, which is no function', (callback) => {
    const { globals, started } = createTimers();
    expect(() => globals.setTimeout(callback, 1)).toThrow('A timer takes a function.');
    expect(() => globals.setInterval(callback, 1)).toThrow(TypeError);
    expect(started).toEqual([]);
  });

  it('throws into the host what its callback throws, and is over all the same', () => {
    const { globals, fire } = createTimers();
    const id = globals.setTimeout(() => {
      throw new Error('no');
    });
    expect(() => fire(id)).toThrow('no');
    expect(() => fire(id)).not.toThrow();
  });
});

describe('setInterval', () => {
  it('asks the host for the next time before each call, until it is cleared', () => {
    const { globals, fire, started, cleared } = createTimers();
    let calls = 0;
    const id = globals.setInterval(() => {
      calls += 1;
      if (calls === 2) globals.clearInterval(id);
    }, 10);
    for (let turn = 0; turn < 5; turn++) fire(id);
    expect(calls).toBe(2);
    expect(started).toEqual([
      [id, 10],
      [id, 10],
      [id, 10],
    ]);
    expect(cleared).toEqual([id]);
  });

  it('goes on after a callback that threw', () => {
    const { globals, fire, started } = createTimers();
    const id = globals.setInterval(() => {
      throw new Error('no');
    }, 10);
    for (const _ of [1, 2]) expect(() => fire(id)).toThrow('no');
    expect(started).toHaveLength(3);
  });
});

describe('clearTimeout', () => {
  it('keeps a timer from firing, told to the host once, and takes intervals as well', () => {
    const { globals, fire, cleared } = createTimers();
    let calls = 0;
    const ids = [globals.setTimeout(() => calls++), globals.setInterval(() => calls++)];
    for (const id of ids) for (const _ of [1, 2]) globals.clearTimeout(id);
    for (const id of ids) fire(id);
    expect([calls, cleared]).toEqual([0, ids]);
  });

  it.each([undefined, null, 0, -1, 99, Number.NaN, 'no', '__proto__', {}, []])('ignores %j', (id) => {
    const { globals, cleared } = createTimers();
    globals.setTimeout(() => {});
    globals.clearTimeout(id);
    expect(cleared).toEqual([]);
  });
});

describe('timers that a program holds at once', () => {
  it('are ten thousand at most, and again as many once some are over', () => {
    const { globals, fire, started } = createTimers();
    for (let count = 0; count < 9_999; count++) globals.setTimeout(() => {});
    globals.setInterval(() => {});
    expect(() => globals.setTimeout(() => {})).toThrow('A program may have 10000 timers at once.');
    expect(started).toHaveLength(10_000);
    fire(1);
    globals.clearTimeout(2);
    for (const _ of [1, 2]) globals.setTimeout(() => {});
    expect(() => globals.setTimeout(() => {})).toThrow(RangeError);
  });

  it('count for sleep, too, which rejects then', async () => {
    const { globals } = createTimers();
    for (let count = 0; count < 10_000; count++) void globals.sleep(1);
    await expect(globals.sleep(1)).rejects.toThrow('10000 timers');
  });
});

describe('sleep', () => {
  it('resolves to nothing when it is due', async () => {
    const { globals, fire, started } = createTimers();
    const sleeping = globals.sleep(25);
    expect(started).toEqual([[1, 25]]);
    fire(1);
    expect(await sleeping).toBeUndefined();
  });
});

describe('queueMicrotask', () => {
  it('calls after the code at hand, in order, without arguments', async () => {
    const { globals } = createTimers();
    const calls: unknown[] = [];
    globals.queueMicrotask(() => calls.push(1));
    globals.queueMicrotask(() => calls.push(2));
    expect(calls).toEqual([]);
    await Promise.resolve();
    expect(calls).toEqual([1, 2]);
  });

  it('refuses what is no function', () => {
    expect(() => createTimers().globals.queueMicrotask('code')).toThrow('queueMicrotask takes a function.');
  });
});

describe('performance', () => {
  it('counts from the start of the run', () => {
    const { performance } = createTimers().globals;
    expect(performance.timeOrigin).toBeLessThanOrEqual(Date.now());
    expect(performance.now()).toBeGreaterThanOrEqual(0);
    expect(performance.timeOrigin + performance.now()).toBeLessThanOrEqual(Date.now());
  });
});

describe('a hostile program', () => {
  it('that replaced every builtin finds its timers as they were', async () => {
    const started: unknown[] = [];
    const fired: unknown[] = [];
    const realm = createGuestRealm({
      start: (...timer: unknown[]) => void started.push(timer),
      note: (what: unknown) => void fired.push(what),
    });
    realm.run(
      'guest.timers = guest.installTimers(guest, { start: guest.start, clear: guest.start }); guest.timers.startClock(); guest.fire = guest.timers.fire',
    );
    realm.sabotage();
    realm.run(
      'guest.setTimeout(guest.note, 5, "timeout"); guest.setInterval(guest.note, 6, "interval"); guest.sleep(7)',
    );
    realm.run('guest.fire(1); guest.fire(2); guest.fire(3); guest.clearTimeout(2); guest.performance.now()');
    expect(realm.touched).toBe('');
    expect(fired).toEqual(['timeout', 'interval']);
    expect(started).toEqual([[1, 5], [2, 6], [3, 7], [2, 6], [2]]);
  });

  it('cannot forge a timer through the prototypes', () => {
    const fired: unknown[] = [];
    const realm = createGuestRealm({ note: (what: unknown) => void fired.push(what) });
    realm.run('guest.fire = guest.installTimers(guest, { start() {}, clear() {} }).fire');
    realm.run('Object.prototype[7] = { callback: guest.note, args: ["forged"] }; guest.fire(7); guest.clearTimeout(7)');
    realm.run('Object.prototype.everyMs = 1; guest.setTimeout(guest.note, 1, "once"); guest.fire(1); guest.fire(1)');
    expect(fired).toEqual(['once']);
  });
});
