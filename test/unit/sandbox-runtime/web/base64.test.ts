import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atob as ourAtob, btoa as ourBtoa } from '../../../../sandbox-runtime/web/text/base64.ts';

function outcome(convert: () => string): string {
  try {
    return convert();
  } catch (thrown) {
    return `throws ${(thrown as Error).name}`;
  }
}

describe('btoa and atob', () => {
  it('convert bytes there and back as Node does', () => {
    const binary = fc.uint8Array({ maxLength: 50 }).map((list) => String.fromCharCode(...list));
    fc.assert(
      fc.property(binary, (text) => {
        expect(ourBtoa(text)).toBe(btoa(text));
        expect(ourAtob(ourBtoa(text))).toBe(text);
      }),
    );
  });

  it('take or refuse any text as Node does', () => {
    const text = fc.string({
      unit: fc.constantFrom('A', 'b', '9', '+', '/', '=', ' ', '\n', '\u000b', '-', 'é', '€'),
      maxLength: 9,
    });
    fc.assert(
      fc.property(text, (input) => {
        expect(outcome(() => ourAtob(input))).toBe(outcome(() => atob(input)));
        expect(outcome(() => ourBtoa(input))).toBe(outcome(() => btoa(input)));
      }),
      { numRuns: 3_000 },
    );
  });

  it('say what to do with text beyond U+00FF', () => {
    expect(() => ourBtoa('€')).toThrow('encode text with TextEncoder first');
    expect(() => ourBtoa()).toThrow('btoa takes one argument');
    expect([ourBtoa(null), ourBtoa(12)]).toEqual([btoa('null'), btoa('12')]);
  });

  it('take megabytes', () => {
    const text = 'ab\u00ff'.repeat(500_000);
    expect(ourAtob(ourBtoa(text)) === text).toBe(true);
  });
});
