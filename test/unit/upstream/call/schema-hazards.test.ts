import { expect, test } from 'vitest';
import { isHazardous } from '../../../../src/upstream/call/schema-hazards.ts';

const ofPattern = (pattern: string) => isHazardous({ properties: { a: { pattern } } });

test.each([
  '^[a-z]+$',
  '^\\d{4}-\\d{2}-\\d{2}$',
  '^v\\d+\\.\\d{1,3}$',
  '^[A-Za-z0-9_-]{1,64}$',
  '^abc',
  '^\\w*$',
  '^https://x$',
])('%s is decided in one go', (pattern) => expect(ofPattern(pattern)).toBe(false));

test.each([
  '^(a+)+$',
  '(x+x+)+y',
  'a*b',
  '^.*a.*b$',
  '^(a|aa)+$',
  '^[a-z]+[a-z]+$',
  '^(?=a)',
  '\\1',
  `^${'a?'.repeat(30)}$`,
  '(((',
])('%s may take long', (pattern) => expect(ofPattern(pattern)).toBe(true));

test('references are a hazard only where they can multiply', () => {
  const reference = { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } };
  expect(isHazardous(reference)).toBe(false);
  expect(isHazardous({ ...reference, anyOf: [{}] })).toBe(true);
  expect(isHazardous({ properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } } })).toBe(false);
});

test('comparing all items with all is a hazard', () => {
  expect(isHazardous({ items: { uniqueItems: true } })).toBe(true);
  expect(isHazardous({ items: { uniqueItems: false } })).toBe(false);
});
