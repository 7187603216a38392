import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptOutput } from '../../../../sandbox-runtime/keeper/kept-output.ts';

function kept(maxBytes: number, ...chunks: readonly (string | Uint8Array)[]) {
  const output = new KeptOutput(maxBytes);
  for (const chunk of chunks) output.push(Buffer.from(chunk));
  return output.finish();
}

describe('what a command prints', () => {
  it('is kept whole within the budget, and no character is cut where chunks are', () => {
    const bytes = Buffer.from('aüb€c');
    const single = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(kept(100, ...single)).toEqual({ head: 'aüb€c', tail: '', droppedBytes: 0 });
    expect(kept(10, 'ab', 'cdefgh', 'ij')).toEqual({ head: 'abcdefghij', tail: '', droppedBytes: 0 });
  });

  it('is kept by its beginning and its end beyond that', () => {
    expect(kept(10, 'abc', 'defghij', 'klm', 'nop')).toEqual({ head: 'abcde', tail: 'lmnop', droppedBytes: 6 });
    expect(kept(4, 'x'.repeat(1_000_000))).toEqual({ head: 'xx', tail: 'xx', droppedBytes: 999_996 });
  });

  it('is the same however it was cut, and never larger than the budget', () => {
    const chunks = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(chunks, fc.integer({ min: 2, max: 200 }), (parts, budget) => {
        const half = Math.floor(budget / 2);
        const all = parts.join('');
        const { head, tail, droppedBytes } = kept(budget, ...parts);
        expect(head.length + tail.length + droppedBytes).toBe(all.length);
        expect(head.length + tail.length).toBeLessThanOrEqual(budget);
        if (droppedBytes === 0) expect(head + tail).toBe(all);
        else expect([head, tail]).toEqual([all.slice(0, half), all.slice(-half)]);
      }),
    );
  });

  it('may come byte by byte without end', () => {
    const output = new KeptOutput(1_000);
    for (let n = 0; n < 100_000; n++) output.push(Buffer.from('x'));
    expect(output.finish()).toMatchObject({ droppedBytes: 99_000 });
  });
});
