import { expect, test } from 'vitest';
import { StderrTail } from '../../../../src/upstream/transport/stderr-tail.ts';

function tailOf(...chunks: (string | Buffer)[]): string {
  const tail = new StderrTail();
  for (const chunk of chunks) tail.append(Buffer.from(chunk));
  return tail.text();
}

test('what was written is kept, cleaned and trimmed', () => {
  expect(tailOf('one\r\n', '\u001b[31mtwo\u001b[0m\u0007\n')).toBe('one\ntwo');
  expect(tailOf()).toBe('');
});

test('of much only the end is kept, from the start of a line', () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`);
  const text = tailOf(...lines);
  expect(text.length).toBeLessThanOrEqual(2_048);
  expect(text.endsWith('line 4999')).toBe(true);
  expect(text).toMatch(/^line \d+\n/);
});

test('one line without an end keeps its end', () => {
  expect(tailOf('x'.repeat(100_000), 'end')).toMatch(/^x{2045}end$/);
});

test('a character that was cut in two between chunks is whole again', () => {
  const euro = Buffer.from('€');
  expect(tailOf(euro.subarray(0, 1), euro.subarray(1))).toBe('€');
});
