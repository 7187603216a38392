import { describe, expect, it } from 'vitest';
import { innerErrorLines } from '../../../../src/server/rendering/inner-errors.ts';

const error = (message: string) => ({ name: 'Error', message });

describe('the lines below an error', () => {
  it('name its parts and its causes with their positions, the deeper the further in', () => {
    const cause = {
      ...error('no copy'),
      line: 3,
      column: 9,
      errors: [{ ...error('a'), line: 1, column: 2 }, error('b')],
    };
    expect(innerErrorLines({ ...error('outer'), cause })).toEqual([
      '  caused by Error at 3:9: no copy',
      '    1. Error at 1:2: a',
      '    2. Error: b',
    ]);
  });

  it('are none where it has neither', () => {
    expect(innerErrorLines(error('alone'))).toEqual([]);
  });

  it('are ten at most, and long messages are cut', () => {
    const errors = Array.from({ length: 16 }, () => error('x'.repeat(2_000)));
    const lines = innerErrorLines({ ...error('many'), errors });
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('  and 6 more in structuredContent');
    expect(lines[0]?.length).toBeLessThan(700);
  });
});
