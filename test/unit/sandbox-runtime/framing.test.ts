import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, FrameError } from '../../../sandbox-runtime/framing.ts';

const MAX_BYTES = 1_000;
/** Texts of anything that a JavaScript string can hold, lone surrogates included. */
const text = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));
const parts = fc.array(text, { minLength: 1, maxLength: 4 });
const asSent = (frame: readonly string[]) => frame.map((part) => part.toWellFormed());

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A frame around a body that nobody has checked. */
const framed = (...body: readonly Buffer[]) => Buffer.concat([u32(Buffer.concat(body).length), ...body]);

/** The stream cut at the positions, wherever they lie. */
function cut(stream: Buffer, positions: readonly number[]): Buffer[] {
  const cuts = [0, ...positions.map((position) => position % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return cuts.slice(1).map((end, index) => stream.subarray(cuts[index], end));
}

describe('a stream of frames', () => {
  it('gives the same frames however it is cut', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 30 }), (frames, positions) => {
        const decoder = new FrameDecoder(MAX_BYTES);
        const chunks = cut(Buffer.concat(frames.map(encodeFrame)), positions);
        expect(chunks.flatMap((chunk) => decoder.push(chunk))).toEqual(frames.map(asSent));
        expect(decoder.isAtBoundary).toBe(true);
      }),
    );
  });

  it('gives each frame with the byte that completes it, and not before', () => {
    const decoder = new FrameDecoder(MAX_BYTES);
    for (const frame of [['a'], ['b', 'c'], ['']]) {
      const bytes = encodeFrame(frame);
      for (const byte of bytes.subarray(0, -1)) expect(decoder.push(Buffer.of(byte))).toEqual([]);
      expect(decoder.push(bytes.subarray(-1))).toEqual([frame]);
    }
  });

  it('may use the memory of a chunk again as soon as it was pushed', () => {
    const decoder = new FrameDecoder(MAX_BYTES);
    const frames: string[][] = [];
    for (const chunk of cut(encodeFrame(['header', 'päyload']), [2, 5, 9, 14, 20])) {
      const reused = Buffer.from(chunk);
      frames.push(...decoder.push(reused));
      reused.fill(0);
    }
    expect(frames).toEqual([['header', 'päyload']]);
  });

  it('ends at a boundary or within a frame', () => {
    const decoder = new FrameDecoder(MAX_BYTES);
    const frame = encodeFrame(['abc']);
    const at = [...frame].map((byte) => {
      const isAtBoundary = decoder.isAtBoundary;
      decoder.push(Buffer.of(byte));
      return isAtBoundary;
    });
    expect(at).toEqual([true, ...Array(frame.length - 1).fill(false)]);
    expect(decoder.isAtBoundary).toBe(true);
  });

  it('is cut in time that grows with its length alone, byte by byte', () => {
    const frame = encodeFrame(['x'.repeat(2_000_000)]);
    const decoder = new FrameDecoder(frame.length);
    const frames: string[][] = [];
    // Copying what is held for every byte would take hours.
    for (let at = 0; at < frame.length; at++) frames.push(...decoder.push(frame.subarray(at, at + 1)));
    expect(frames[0]?.[0]?.length).toBe(2_000_000);
  });
});

describe('a violation', () => {
  const violations: [string, Buffer][] = [
    ['a frame without a body', framed()],
    ['no parts', framed(Buffer.of(0))],
    ['five parts', framed(Buffer.of(5), ...Array.from({ length: 5 }, () => u32(0)))],
    ['a part that is longer than its frame', framed(Buffer.of(1), u32(2), Buffer.from('a'))],
    ['a part of four gigabytes', framed(Buffer.of(1), u32(0xffff_ffff), Buffer.from('abc'))],
    ['parts that together are longer than the frame', framed(Buffer.of(2), u32(1), Buffer.from('a'), u32(1))],
    ['the length of a part cut short', framed(Buffer.of(2), u32(0), Buffer.of(0, 0))],
    ['bytes after the last part', framed(Buffer.of(1), u32(1), Buffer.from('ab'))],
    ['text that is not UTF-8', framed(Buffer.of(1), u32(2), Buffer.of(0xc3, 0x28))],
    ['an encoded surrogate', framed(Buffer.of(1), u32(3), Buffer.of(0xed, 0xa0, 0x80))],
    [
      'a character that is cut by the end of its part',
      framed(Buffer.of(2), u32(1), Buffer.of(0xc3), u32(1), Buffer.of(0xa4)),
    ],
  ];

  it.each(violations)('is %s', (_name, stream) => {
    expect(() => new FrameDecoder(MAX_BYTES).push(stream)).toThrow(FrameError);
    const slow = new FrameDecoder(MAX_BYTES);
    expect(() => [...stream].forEach((byte) => void slow.push(Buffer.of(byte)))).toThrow(FrameError);
  });

  it('is a frame of one byte over the cap, seen before its body has arrived; one at the cap is none', () => {
    const atCap = encodeFrame(['x'.repeat(MAX_BYTES - 5)]);
    expect(new FrameDecoder(MAX_BYTES).push(atCap)).toHaveLength(1);
    const claim = `A frame of ${MAX_BYTES + 1} bytes is over the limit of ${MAX_BYTES}.`;
    expect(() => new FrameDecoder(MAX_BYTES).push(u32(MAX_BYTES + 1))).toThrow(claim);
    expect(() => new FrameDecoder(MAX_BYTES).push(u32(0xffff_ffff))).toThrow(FrameError);
  });

  it('takes no memory for what a length only claims', () => {
    const claims = Array.from({ length: 200 }, () => new FrameDecoder(0xffff_ffff));
    const before = process.memoryUsage().arrayBuffers;
    for (const decoder of claims) decoder.push(Buffer.concat([u32(0xffff_fff0), Buffer.of(1)]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000_000);
  });

  it('is all that any bytes can be, where they are no frames', () => {
    const noise = fc.uint8Array({ maxLength: 40 });
    const likely = fc.tuple(noise, noise).map(([body, rest]) => Buffer.concat([framed(Buffer.from(body)), rest]));
    const counted = noise.map((rest) => framed(Buffer.of(1), u32(rest.length), Buffer.from(rest)));
    fc.assert(
      fc.property(
        fc.oneof(noise.map(Buffer.from), likely, counted),
        fc.array(fc.nat(), { maxLength: 5 }),
        (bytes, at) => {
          const decoder = new FrameDecoder(MAX_BYTES);
          try {
            for (const chunk of cut(bytes, at))
              for (const frame of decoder.push(chunk)) expect(frame.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(FrameError);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
