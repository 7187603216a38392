import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  TextDecoder as OurDecoder,
  TextEncoder as OurEncoder,
} from '../../../../sandbox-runtime/web/text/text-codec.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0xf0, 0x90, 0xf4, 0x8f, 0xff, 0xef, 0xbb), {
      maxLength: 20,
    })
    .map((list) => Uint8Array.from(list)),
);

describe('TextEncoder', () => {
  it('encodes any string as Node does, lone surrogates among them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '€', '\u{1f600}', '\ud800', '\udc00', '\u0000') }),
        (text) => {
          expect([...new OurEncoder().encode(text)]).toEqual([...new TextEncoder().encode(text)]);
        },
      ),
    );
    expect([...new OurEncoder().encode()]).toEqual([]);
  });

  it('encodes into what room there is, whole characters only', () => {
    for (let room = 0; room < 12; room++) {
      const [ours, theirs] = [new Uint8Array(room), new Uint8Array(room)];
      expect(new OurEncoder().encodeInto('aé€\u{1f600}\ud800', ours)).toEqual(
        new TextEncoder().encodeInto('aé€\u{1f600}\ud800', theirs),
      );
      expect(ours).toEqual(theirs);
    }
    expect(() => new OurEncoder().encodeInto('a', {})).toThrow('writes into a Uint8Array');
  });
});

describe('TextDecoder', () => {
  it('decodes any bytes as Node does', () => {
    fc.assert(
      fc.property(bytes, fc.boolean(), (input, ignoreBOM) => {
        expect(new OurDecoder('utf-8', { ignoreBOM }).decode(input)).toBe(
          new TextDecoder('utf-8', { ignoreBOM }).decode(input),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses with fatal exactly what Node refuses', () => {
    const outcome = (decode: () => string) => {
      try {
        return decode();
      } catch (thrown) {
        return thrown instanceof TypeError;
      }
    };
    fc.assert(
      fc.property(bytes, (input) => {
        expect(outcome(() => new OurDecoder('utf-8', { fatal: true }).decode(input))).toBe(
          outcome(() => new TextDecoder('utf-8', { fatal: true }).decode(input)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps what a chunk left unfinished for the next one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (text, size) => {
        const all = new TextEncoder().encode(`\ufeff${text}`);
        const decoder = new OurDecoder();
        let out = '';
        for (let at = 0; at < all.length; at += size)
          out += decoder.decode(all.subarray(at, at + size), { stream: true });
        expect(out + decoder.decode()).toBe(text);
      }),
    );
  });

  it('reads the part of the memory that a view shows', () => {
    const memory = new TextEncoder().encode('0123456789').buffer;
    expect(
      [new Uint8Array(memory, 2, 3), new DataView(memory, 4, 2), new Uint16Array(memory, 2, 1), memory].map((view) =>
        new OurDecoder().decode(view),
      ),
    ).toEqual(['234', '45', '23', '0123456789']);
    expect(() => new OurDecoder().decode('text')).toThrow('takes an ArrayBuffer, a typed array or a DataView');
  });

  it('knows the names of UTF-8, and says of others that they are not there', () => {
    expect([
      new OurDecoder(' UTF8 ').encoding,
      new OurDecoder('unicode-1-1-utf-8').encoding,
      new OurDecoder('utf-8', { fatal: true }).fatal,
    ]).toEqual(['utf-8', 'utf-8', true]);
    expect(() => new OurDecoder('latin1')).toThrow(
      new RangeError('TextDecoder decodes utf-8 only here; the encoding "latin1" is not available.'),
    );
  });
});
