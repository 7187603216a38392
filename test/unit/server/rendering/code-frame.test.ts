import { describe, expect, it } from 'vitest';
import { codeFrame } from '../../../../src/server/rendering/code-frame.ts';

describe('a code frame', () => {
  it('shows only the part of a long line around the column', () => {
    const [line = '', caret = ''] = codeFrame(`${'a'.repeat(5_000)}X${'b'.repeat(5_000)}`, 1, 5_001);
    expect(line.length).toBeLessThan(120);
    expect(line.charAt(caret.indexOf('^'))).toBe('X');
  });

  it('shows a line whole where it fits, wherever the mistake is in it', () => {
    const text = `${'a'.repeat(89)}X`;
    expect(codeFrame(text, 1, 90)[0]).toContain(text);
  });

  it('points below a character that had to be escaped before it', () => {
    const [line = '', caret = ''] = codeFrame('\t"\u{1b}" X', 1, 6);
    expect(line.charAt(caret.indexOf('^'))).toBe('X');
  });

  it('is nothing for a line that the program does not have', () => {
    expect(codeFrame('one', 2, 1)).toEqual([]);
    expect(codeFrame('one', 0, 1)).toEqual([]);
  });
});
