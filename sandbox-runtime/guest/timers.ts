/**
 * Timers for a realm that has none: setTimeout and its kin, sleep, queueMicrotask, performance.now. The host keeps the
 * clock and says when a timer is due. Made by boot.ts for each run.
 */
import {
  apply,
  defineValue,
  deleteProperty,
  objectCreate,
  PromiseOf,
  RangeErrorOf,
  TypeErrorOf,
  toNumberOf,
  uncurry,
} from './intrinsics.ts';

/** Far beyond honest use; a program that holds more at once is told so. */
const MAX_TIMERS = 10_000;
const MAX_DELAY_MS = 2 ** 31 - 1;

const now = Date.now;
const promiseThen = uncurry(Promise.prototype.then) as (self: Promise<void>, onValue: () => void) => unknown;
const resolved = Promise.resolve();

interface Timer {
  readonly callback: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];
  /** Absent for a timer that fires once. */
  readonly everyMs: number | undefined;
}

export interface TimerHost {
  start(id: number, ms: number): void;
  clear(id: number): void;
}

export interface Timers {
  /** To be called when the host's timer `id` is due. */
  fire(id: number): void;
  /** Defines `performance`, whose time counts from here. */
  startClock(): void;
}

/** Defines the timer globals on the target. */
export function installTimers(target: object, host: TimerHost): Timers {
  const { add, clear, fire } = createTimers(host);
  const define = (name: string, value: unknown) => defineValue(target, name, value, false);
  define('setTimeout', (callback: unknown, ms?: unknown, ...args: unknown[]) => add(callback, ms, false, args));
  define('setInterval', (callback: unknown, ms?: unknown, ...args: unknown[]) => add(callback, ms, true, args));
  define('clearTimeout', clear);
  define('clearInterval', clear);
  define('sleep', (ms?: unknown) => new PromiseOf<void>((resolve) => void add(resolve, ms, false, [])));
  define('queueMicrotask', (callback: unknown) => {
    if (typeof callback !== 'function') throw new TypeErrorOf('queueMicrotask takes a function.');
    promiseThen(resolved, callback as () => void);
  });
  const startClock = () => {
    const startedMs = now();
    define('performance', { now: () => now() - startedMs, timeOrigin: startedMs });
  };
  return { fire, startClock };
}

function createTimers(host: TimerHost) {
  const timers = objectCreate(null) as Record<number, Timer>;
  let made = 0;
  let active = 0;

  function add(callback: unknown, ms: unknown, isRepeated: boolean, args: readonly unknown[]): number {
    if (typeof callback !== 'function') throw new TypeErrorOf('A timer takes a function.');
    if (active >= MAX_TIMERS) throw new RangeErrorOf(`A program may have ${MAX_TIMERS} timers at once.`);
    const delay = toNumberOf(ms ?? 0);
    const delayMs = delay >= 1 && delay <= MAX_DELAY_MS ? delay : 1;
    const id = ++made;
    active += 1;
    timers[id] = { callback: callback as Timer['callback'], args, everyMs: isRepeated ? delayMs : undefined };
    host.start(id, delayMs);
    return id;
  }

  function clear(id: unknown): void {
    const known = toNumberOf(id);
    if (timers[known] === undefined) return;
    deleteProperty(timers, known);
    active -= 1;
    host.clear(known);
  }

  function fire(id: number): void {
    const timer = timers[id];
    if (timer === undefined) return;
    if (timer.everyMs === undefined) {
      deleteProperty(timers, id);
      active -= 1;
    } else host.start(id, timer.everyMs);
    apply(timer.callback, undefined, timer.args);
  }

  return { add, clear, fire };
}
