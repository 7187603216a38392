import { describe, expect, it } from 'vitest';
import { STDERR_END } from '../../../../sandbox-runtime/protocol.ts';
import { StderrLines } from '../../../../src/engine/docker/container/stderr-lines.ts';

function collect(...texts: readonly string[]): { lines: string[]; reader: StderrLines } {
  const lines: string[] = [];
  const reader = new StderrLines((line) => lines.push(line));
  for (const text of texts) reader.push(Buffer.from(text));
  return { lines, reader };
}

describe('what a container prints past its runtime', () => {
  it('comes line by line, however it is cut', () => {
    expect(collect('one\ntw', 'o\nthr', 'ee\n').lines).toEqual(['one', 'two', 'three']);
  });

  it('keeps a character together that is cut in two', () => {
    const lines: string[] = [];
    const reader = new StderrLines((line) => lines.push(line));
    const bytes = Buffer.from('ü\n');
    reader.push(bytes.subarray(0, 1));
    reader.push(bytes.subarray(1));
    expect(lines).toEqual(['ü']);
  });

  it('ends with the mark of the runtime, which is no line, also behind a line without end', async () => {
    const { lines, reader } = collect(`last${STDERR_END}\n`);
    await reader.closed;
    expect(lines).toEqual(['last']);
  });

  it('hands over a last line without end when it is closed', async () => {
    const { lines, reader } = collect('rest');
    reader.close();
    await reader.closed;
    expect(lines).toEqual(['rest']);
  });

  it('cuts a long line into pieces and loses nothing of it', () => {
    const { lines, reader } = collect('x'.repeat(20_000), 'y\n');
    reader.close();
    expect(lines.every((line) => line.length <= 8 * 1024)).toBe(true);
    expect(lines.join('')).toBe(`${'x'.repeat(20_000)}y`);
  });

  it('keeps the death notice of V8 out of the logs, and has it for ours', () => {
    const { lines, reader } = collect('fine\n', '<--- Last few GCs --->\n\nFATAL ERROR: heap\n 1: 0x93 [node]\n');
    expect(lines).toEqual(['fine']);
    expect(reader.lastWords).toContain('FATAL ERROR: heap');
    reader.push(Buffer.from(' 2: 0x93 [node]\n'.repeat(1_000)));
    expect(reader.lastWords).not.toContain('FATAL ERROR');
    expect(reader.deathNotice).toContain('FATAL ERROR: heap');
    expect(reader.deathNotice.length).toBeLessThan(16_000);
  });
});
