import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttachedOutput } from '../../../../src/engine/docker/container/attached-output.ts';

function block(stream: number, bytes: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

function read(chunks: readonly Buffer[]): { stdout: string; stderr: string } {
  const seen = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const output = new AttachedOutput({
    stdout: (bytes) => seen.stdout.push(Buffer.from(bytes)),
    stderr: (bytes) => seen.stderr.push(Buffer.from(bytes)),
  });
  for (const chunk of chunks) output.push(chunk);
  return { stdout: Buffer.concat(seen.stdout).toString('hex'), stderr: Buffer.concat(seen.stderr).toString('hex') };
}

describe('the attach stream', () => {
  it('gives back what was written to each stream, however it is cut into chunks', () => {
    const blocks = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), { maxLength: 12 });
    fc.assert(
      fc.property(blocks, fc.infiniteStream(fc.integer({ min: 1, max: 13 })), (written, sizes) => {
        const bytes = written.map(([stream, data]) => block(stream, Buffer.from(data)));
        const whole = Buffer.concat(bytes);
        const chunks: Buffer[] = [];
        for (let at = 0; at < whole.length; ) {
          const size = sizes.next().value ?? 1;
          chunks.push(whole.subarray(at, at + size));
          at += size;
        }
        const of = (wanted: number) =>
          Buffer.concat(written.filter(([stream]) => stream === wanted).map(([, data]) => Buffer.from(data))).toString(
            'hex',
          );
        expect(read(chunks)).toEqual({ stdout: of(1), stderr: of(2) });
      }),
    );
  });

  it('hands on a part of a block before the rest has arrived', () => {
    const whole = block(1, Buffer.from('hello'));
    expect(read([whole.subarray(0, 10)]).stdout).toBe(Buffer.from('he').toString('hex'));
  });
});
