/**
 * Counts by caller and window of time: in this process, or in the registry's database, where many instances share them.
 * Made by guard.ts where there is anything to count, asked by throttle.ts. Nothing that the database does is an error
 * here: while it is away each instance counts by itself, from nothing.
 */
import type { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateName } from '../../base/gate/rates.ts';
import { createKeyFold } from './key-fold.ts';
import { RATES_TABLE, type RatesDatabase } from './rates-database.ts';

export interface Reading {
  /** Of the window, this time included. More than was allowed where `isOver`. */
  readonly used: number;
  readonly isOver: boolean;
  /** Until the window ends. */
  readonly leftMs: number;
}

export interface Meters {
  /** Adds `amount`, and says whether more than `allowed` has been used in the window then. */
  use(rate: RateName, key: string, allowed: number, amount: number): Promise<Reading>;
  /** Adds `amount` of what has happened already. */
  add(rate: RateName, key: string, amount: number): Promise<void>;
}

export const WINDOW_SECONDS: Readonly<Record<RateName, number>> = {
  runsPerMinute: 60,
  toolRunsPerMinute: 60,
  toolCallsPerMinute: 60,
  runMsPerHour: 3_600,
};

/** Every count is below; whether it is too much is decided by what a caller is allowed. */
const NO_BOUND = Number.MAX_SAFE_INTEGER;

export function createMeters(database?: RatesDatabase): Meters {
  const local = new Map<RateName, Promise<RateLimiterMemory>>();
  const shared = new Map<string, Promise<RateLimiterPostgres>>();
  const localOf = (rate: RateName) => keep(local, rate, () => makeLocal(rate));
  const limiterOf = (rate: RateName, allowed: number) =>
    database === undefined
      ? localOf(rate)
      : keep(shared, `${rate} ${allowed}`, async () => makeShared(rate, allowed, database, await localOf(rate)));
  return {
    async use(rate, key, allowed, amount) {
      const limiter = await limiterOf(rate, allowed);
      try {
        const { consumedPoints: used, msBeforeNext: leftMs } = await limiter.consume(key, amount);
        return { used, isOver: used > allowed, leftMs };
      } catch (thrown) {
        if (!isReading(thrown)) throw thrown;
        // What is known to be spent is not asked for again, and has no count.
        return { used: Math.max(thrown.consumedPoints, allowed + 1), isOver: true, leftMs: thrown.msBeforeNext };
      }
    },
    async add(rate, key, amount) {
      await (await limiterOf(rate, NO_BOUND)).penalty(key, amount);
    },
  };
}

/** Its memory is bounded: beyond so many callers in one window, some share a count. */
async function makeLocal(rate: RateName): Promise<RateLimiterMemory> {
  const { RateLimiterMemory } = await import('rate-limiter-flexible');
  const duration = WINDOW_SECONDS[rate];
  const fold = createKeyFold(duration * 1_000);
  class BoundedMemory extends RateLimiterMemory {
    override getKey(key: string | number): string {
      return super.getKey(fold(String(key)));
    }
  }
  return new BoundedMemory({ points: NO_BOUND, duration, keyPrefix: rate });
}

/** One for each number that is allowed: a caller who has used that many is refused without asking the database again. */
async function makeShared(
  rate: RateName,
  allowed: number,
  { client }: RatesDatabase,
  insuranceLimiter: RateLimiterMemory,
): Promise<RateLimiterPostgres> {
  const { RateLimiterPostgres } = await import('rate-limiter-flexible');
  return new RateLimiterPostgres({
    storeClient: client,
    storeType: 'client',
    tableName: RATES_TABLE,
    tableCreated: true,
    points: allowed,
    duration: WINDOW_SECONDS[rate],
    keyPrefix: rate,
    ...(allowed === NO_BOUND ? {} : { inMemoryBlockOnConsumed: allowed + 1 }),
    insuranceLimiter,
  });
}

function keep<Key, Value>(kept: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  return made;
}

function isReading(thrown: unknown): thrown is RateLimiterRes {
  return typeof thrown === 'object' && thrown !== null && 'msBeforeNext' in thrown && 'consumedPoints' in thrown;
}
