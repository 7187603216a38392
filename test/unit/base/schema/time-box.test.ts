import { expect, test } from 'vitest';
import { createTimeBox } from '../../../../src/base/schema/time-box.ts';

const timeBox = createTimeBox();

test('work that ends in time gives its value, and an error of its own is thrown on', () => {
  expect(timeBox(1_000, () => 'value')).toEqual({ kind: 'done', value: 'value' });
  expect(timeBox(1_000, () => undefined)).toEqual({ kind: 'done', value: undefined });
  expect(() => timeBox(1_000, () => JSON.parse('{'))).toThrow(SyntaxError);
});

test.each<[string, () => unknown]>([
  ['a loop', () => spin()],
  ['a regular expression', () => /^(a+)+$/.test(`${'a'.repeat(60)}!`)],
  ['a sort', () => Array.from({ length: 1e6 }, (_, index) => -index).sort(spin)],
])('%s that does not end is ended', (_name, work) => {
  expect(timeBox(20, work)).toEqual({ kind: 'out-of-time' });
  expect(timeBox(1_000, () => 'well again')).toEqual({ kind: 'done', value: 'well again' });
});

function spin(): never {
  for (;;);
}
