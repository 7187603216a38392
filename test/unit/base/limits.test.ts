import { describe, expect, it, test } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { LIMIT_NAMES, LIMIT_TABLE, type Limits, resolveLimits } from '../../../src/base/limits.ts';

function refusal(overrides: Readonly<Record<string, unknown>>): string {
  try {
    resolveLimits(overrides);
  } catch (error) {
    if (error instanceof Fault && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

describe.each(LIMIT_NAMES)('the limit %s', (name) => {
  const { min, max, default: usual } = LIMIT_TABLE[name];

  it('has a default within its range', () => {
    expect(usual).toBeGreaterThanOrEqual(min);
    expect(usual).toBeLessThanOrEqual(max);
    expect(resolveLimits()[name]).toBe(usual);
  });

  it('takes a value at either end of its range, and changes no other limit', () => {
    for (const value of [min, max])
      expect(resolveLimits({ [name]: value })).toEqual({ ...resolveLimits(), [name]: value });
  });

  it('refuses a value one beyond either end, and names the range', () => {
    for (const value of [min - 1, max + 1]) {
      expect(refusal({ [name]: value })).toBe(
        `The limit ${name} must be a whole number from ${min} to ${max}, not ${value}.`,
      );
    }
  });
});

test('the limits have the defaults that are promised', () => {
  const MIB = 1024 * 1024;
  expect(resolveLimits()).toMatchObject({
    wallMs: 30_000,
    cpuMs: 10_000,
    heapMb: 128,
    sourceBytes: 256 * 1024,
    bundleBytes: 5 * MIB,
    frameBytes: 8 * MIB,
    argsBytes: MIB,
    toolResultBytes: 4 * MIB,
    resultBytes: MIB,
    logBytes: 64 * 1024,
    logLines: 1_000,
    toolCalls: 500,
    toolCallsInFlight: 32,
    diagnostics: 20,
    concurrentRuns: 64,
    queuedRuns: 256,
    bodyBytes: 4 * MIB,
  } satisfies Partial<Limits>);
});

test.each<[unknown, string]>([
  [1_000.5, 'not 1000.5.'],
  [Number.NaN, 'not NaN.'],
  [Number.POSITIVE_INFINITY, 'not Infinity.'],
  ['2000', 'not "2000".'],
  [null, 'not null.'],
  [undefined, 'not undefined.'],
  [true, 'not true.'],
  [[2_000], 'not a list.'],
  [2_000n, 'not 2000.'],
  [{ toString: 1, valueOf: 1 }, 'not an object.'],
  [Object.create(null), 'not an object.'],
])('a value that is no whole number is refused and shown: %#', (value, end) => {
  expect(refusal({ wallMs: value })).toBe(`The limit wallMs must be a whole number from 1000 to 120000, ${end}`);
});

test('a refused value is shown by its beginning where it is long', () => {
  expect(refusal({ wallMs: 'x'.repeat(10_000) }).length).toBeLessThan(200);
});

test('a limit that does not exist is refused with the nearest that does', () => {
  expect(refusal({ wall_ms: 5_000 })).toBe('There is no limit "wall_ms". Did you mean "wallMs"?');
  expect(refusal({ quite_something_else: 1 })).toBe('There is no limit "quite_something_else".');
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is no limit', (name) => {
  expect(refusal(JSON.parse(`{"${name}": 5000}`))).toMatch(`There is no limit "${name}".`);
  expect(Object.getPrototypeOf(resolveLimits())).toBe(Object.prototype);
});
