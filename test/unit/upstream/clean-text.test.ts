import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText, cutText, quoteName } from '../../../src/upstream/clean-text.ts';

test.each([
  ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
  ['window titles', '\u001b]0;title\u0007text', 'text'],
  ['hyperlinks', '\u001b]8;;http://x\u001b\\label', 'label'],
  ['brackets after a line break', 'a\n[INFO] b', 'a\n[INFO] b'],
  ['bells, nulls and carriage returns', 'a\u0007\u0000b\r\nc\rd', 'ab\ncd'],
  ['marks that turn the direction of text', 'a\u202eb\u2066c', 'abc'],
  ['separators of lines', 'a\u2028b\u2029c', 'abc'],
  ['half characters', 'a\ud800b', 'a\ufffdb'],
  ['an escape at the end', 'a\u001b', 'a'],
  ['tabs and emoji', 'a\t👩‍👧', 'a\t👩‍👧'],
])('%s', (_name, text, expected) => {
  expect(cleanText(text)).toBe(expected);
});

test('no control character is left, and cleaning twice is cleaning once', () => {
  const wild = fc.string({
    unit: fc.constantFrom('a', '\u001b', '[', ']', '\u0007', 'm', '\n', '\r', '\u009b', '\ud800', '\u202e'),
  });
  fc.assert(
    fc.property(wild, (text) => {
      const cleaned = cleanText(text);
      expect(cleaned.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(cleanText(cleaned)).toBe(cleaned);
    }),
  );
});

test('long texts are cut with an ellipsis, short ones left', () => {
  expect(cutText('x'.repeat(20), 20)).toBe('x'.repeat(20));
  expect(cutText('x'.repeat(21), 20)).toBe(`${'x'.repeat(19)}…`);
  expect(cutText('x'.repeat(1_000_000), 20)).toBe(`${'x'.repeat(19)}…`);
  expect(cutText(`${'x'.repeat(18)}👩`, 20)).toHaveLength(20);
});

test('a cut goes through no character', () => {
  expect(cutText(`${'x'.repeat(18)}👩${'y'.repeat(9)}`, 20).isWellFormed()).toBe(true);
});

test('a name is quoted on one line', () => {
  expect(quoteName('a"b\nc')).toBe('"a\\"b c"');
});
