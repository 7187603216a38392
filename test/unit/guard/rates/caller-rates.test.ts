import { describe, expect, it } from 'vitest';
import { localCaller } from '../../../../src/base/gate/caller.ts';
import { RATE_NAMES } from '../../../../src/base/gate/rates.ts';
import { resolveLimits } from '../../../../src/base/limits.ts';
import { createRatesOf, usualRates } from '../../../../src/guard/rates/caller-rates.ts';

const NONE = { runsPerMinute: 0, toolRunsPerMinute: 0, toolCallsPerMinute: 0, runMsPerHour: 0 };

describe('the rates of a caller', () => {
  it('are none unless somebody sets them', () => {
    expect(usualRates(resolveLimits())).toEqual(NONE);
    expect(Object.keys(NONE)).toEqual(RATE_NAMES);
  });

  it('are those of the limits, but where a policy sets one otherwise for the subject', () => {
    const limits = resolveLimits({ runsPerMinute: 60, runMsPerHour: 1_000 });
    const ratesOf = createRatesOf(limits, ({ subject }) => {
      const rates: Record<string, number> = subject === 'ann' ? { runsPerMinute: 5, runMsPerHour: 0 } : {};
      return rates;
    });
    expect(ratesOf(localCaller('ann'))).toEqual({ ...NONE, runsPerMinute: 5 });
    expect(ratesOf(localCaller('bob'))).toEqual({ ...NONE, runsPerMinute: 60, runMsPerHour: 1_000 });
  });

  it('take nothing from what is no rate, however it is called', () => {
    const hostile = JSON.parse('{"__proto__": {"runsPerMinute": 1}, "constructor": 1, "wallMs": 1}');
    expect(createRatesOf(resolveLimits(), () => hostile)(localCaller())).toEqual(NONE);
  });
});
