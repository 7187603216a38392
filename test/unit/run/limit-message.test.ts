import { describe, expect, it } from 'vitest';
import { LIMIT_NAMES } from '../../../src/base/limits.ts';
import { limitMessage } from '../../../src/run/limit-message.ts';

describe('limitMessage', () => {
  it.each(LIMIT_NAMES)('names the limit %s and its value in whole sentences', (name) => {
    const message = limitMessage(name, 12_345);
    expect(message).toContain(name);
    expect(message).toContain('12345');
    expect(message).toMatch(/^[A-Z].*\.$/s);
  });

  it.each([
    ['wallMs', 'pass a larger timeoutMs'],
    ['cpuMs', 'a loop that does not end'],
    ['heapMb', 'filter early'],
    ['resultBytes', 'Return a summary'],
    ['toolCalls', 'Make fewer, larger calls'],
  ] as const)('says how to stay under %s', (name, advice) => {
    expect(limitMessage(name, 1)).toContain(advice);
  });

  it('says what it would have taken where that is known and more than the limit', () => {
    expect(limitMessage('resultBytes', 100, 250)).toContain('at least 250 bytes of JSON, more than 100 bytes');
    for (const needed of [0, 99, 100])
      expect(limitMessage('resultBytes', 100, needed)).toContain('larger than 100 bytes');
  });
});
