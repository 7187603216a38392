import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../../../src/base/json.ts';
import {
  literalUnion,
  propertyName,
  quote,
  typeName,
} from '../../../../../src/compile/json-schema/text/literal-type.ts';

const text = (...values: readonly Json[]) => literalUnion(values, 'unknown').text;
const read = (literal: string): unknown => new Function(`return ${literal};`)();

describe('a quoted text', () => {
  it('means what it meant, and shows all that is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (original) => {
        expect(read(quote(original))).toBe(original);
        expect(quote(original)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
    expect(quote('a\u202eb\u2028\ud800"')).toBe('"a\\u{202e}b\\u{2028}\\ud800\\""');
  });

  it('stands for a property that is no bare name', () => {
    expect(['a', '$_1', 'class', '1a', 'a-b', '', 'é', '__proto__'].map(propertyName)).toEqual([
      'a',
      '$_1',
      'class',
      '"1a"',
      '"a-b"',
      '""',
      '"é"',
      '__proto__',
    ]);
  });
});

test.each([
  ['node', 'Node'],
  ['my-node.v2', 'MyNodeV2'],
  ['1st', 'Type1st'],
  ['*/ }', 'Type'],
  ['x'.repeat(1_000), `X${'x'.repeat(39)}`],
])('a type that is called %j is named %s', (wanted, name) => expect(typeName(wanted)).toBe(name));

describe('the type of some values', () => {
  test.each<[readonly Json[], string]>([
    [['a', 1, true, null], '"a" | 1 | true | null'],
    [['a', 'a'], '"a"'],
    [[[1, 'x'], []], '[1, "x"] | []'],
    [[{ a: 1, 'b-c': null }], '{ a: 1; "b-c": null }'],
    [[{}], '{ [key: string]: undefined }'],
    [[], 'never'],
    [[-0.5e-9, 1e21], '-5e-10 | 1e+21'],
    [[Number.POSITIVE_INFINITY], 'number'],
  ])('%j is %s', (values, expected) => expect(text(...values)).toBe(expected));

  it('is wider where the values are too many, too long or too deep', () => {
    const many = Array.from({ length: 501 }, (_, index) => (index % 2 === 0 ? index : `v${index}`));
    expect(text(...many)).toBe('string | number /* one of 501 values */');
    expect(text(...Array.from({ length: 20 }, (_, index) => `${index}`.repeat(999).slice(0, 999)))).toContain(
      'one of 20',
    );
    expect(text('x'.repeat(1_001))).toBe('string');
    expect(text([[[[[[[1]]]]]]])).toBe('[[[[[[unknown[]]]]]]]');
  });
});
