import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../sandbox-runtime/protocol.ts';
import { KeptLogs } from '../../../src/run/kept-logs.ts';

const tailOf = (texts: readonly string[], droppedLines = 0, droppedBytes = 0) =>
  JSON.stringify({ droppedLines, droppedBytes, lines: texts.map((text) => ({ level: 'log', atMs: 9, text })) });

describe('KeptLogs', () => {
  it('keeps lines as they come, and says nothing of truncation where nothing is missing', () => {
    const logs = new KeptLogs({ logBytes: 100, logLines: 10 });
    logs.add('info', 1, 'one');
    logs.add('error', 2, 'two');
    expect(logs.finish()).toEqual({
      logs: [
        { level: 'info', atMs: 1, text: 'one' },
        { level: 'error', atMs: 2, text: 'two' },
      ],
    });
  });

  it.each<[string, { logBytes: number; logLines: number }, number]>([
    ['as many lines', { logBytes: 1_000, logLines: 3 }, 3],
    ['as many bytes', { logBytes: 10, logLines: 1_000 }, 2],
  ])('keeps %s as the limit says, and counts the rest', (_name, limits, kept) => {
    const logs = new KeptLogs(limits);
    for (let line = 0; line < 5; line++) logs.add('log', line, 'äö€'.slice(0, 2));
    const { logs: lines, truncated } = logs.finish();
    expect(lines).toHaveLength(kept);
    expect(truncated).toEqual({ logLines: 5 - kept, logBytes: 4 * (5 - kept), afterLogLine: 1 });
    expect(lines.map(({ atMs }) => atMs)).toEqual(kept === 3 ? [0, 3, 4] : [0, 4]);
  });

  it('puts the last tail behind the head, in place of the tails before', () => {
    const logs = new KeptLogs({ logBytes: 100, logLines: 10 });
    logs.add('log', 1, 'head');
    logs.replaceTail(tailOf(['old']));
    logs.replaceTail(tailOf(['new', 'newest'], 7, 70));
    const { logs: lines, truncated } = logs.finish();
    expect(lines.map(({ text }) => text)).toEqual(['head', 'new', 'newest']);
    expect(truncated).toEqual({ logLines: 7, logBytes: 70, afterLogLine: 1 });
  });

  it('holds a tail that lies to the same limits', () => {
    const logs = new KeptLogs({ logBytes: 10, logLines: 3 });
    logs.replaceTail(tailOf(['12345', '123456', '12345']));
    expect(logs.finish()).toMatchObject({
      logs: [{ text: '12345' }],
      truncated: { logLines: 2, logBytes: 11, afterLogLine: 0 },
    });
    expect(() => logs.replaceTail(tailOf(['1', '2', '3', '4']))).toThrow(ProtocolError);
    expect(() => logs.replaceTail('no JSON')).toThrow(ProtocolError);
  });

  it('says after which line the first was left out', () => {
    const logs = new KeptLogs({ logBytes: 10, logLines: 3 });
    logs.add('log', 1, 'one');
    logs.add('log', 2, 'far too long');
    logs.add('log', 3, 'three');
    logs.replaceTail(tailOf(['4'], 5, 50));
    expect(logs.finish()).toMatchObject({
      logs: [{ text: 'one' }, { text: 'three' }, { text: '4' }],
      truncated: { logLines: 6, logBytes: 62, afterLogLine: 1 },
    });
  });

  it('keeps the last lines of a flood that comes one by one, beside a tail, in the order of time', () => {
    const logs = new KeptLogs({ logBytes: 10_000, logLines: 6 });
    for (let line = 0; line < 1_000; line++) logs.add('log', line < 999 ? 1 : 20, String(line));
    logs.replaceTail(tailOf(['of the tail'], 2, 2));
    const { logs: lines, truncated } = logs.finish();
    expect(lines.map(({ text }) => text)).toEqual(['0', '1', '2', '998', 'of the tail', '999']);
    expect(truncated).toMatchObject({ logLines: 997, afterLogLine: 3 });
  });

  it('counts what was left out in numbers that JSON keeps, however large the claim', () => {
    const logs = new KeptLogs({ logBytes: 10, logLines: 3 });
    logs.replaceTail(tailOf(['x'.repeat(11)], Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
    const { truncated } = logs.finish();
    expect(Number.isSafeInteger(truncated?.logLines)).toBe(true);
    expect(Number.isSafeInteger(truncated?.logBytes)).toBe(true);
  });

  it('never keeps more than the limits, and loses no line without counting it', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(
        texts,
        texts,
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 20, max: 30 }),
        (head, tail, logBytes, logLines) => {
          const logs = new KeptLogs({ logBytes, logLines });
          for (const text of head) logs.add('log', 0, text);
          logs.replaceTail(tailOf(tail));
          const { logs: lines, truncated = { logLines: 0, logBytes: 0, afterLogLine: 0 } } = logs.finish();
          const bytes = (list: readonly string[]) => list.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
          const kept = bytes(lines.map(({ text }) => text));
          expect(kept).toBeLessThanOrEqual(logBytes);
          expect(lines.length).toBeLessThanOrEqual(logLines);
          expect(truncated.afterLogLine ?? 0).toBeLessThanOrEqual(lines.length);
          expect(lines.length + truncated.logLines).toBe(head.length + tail.length);
          expect(kept + truncated.logBytes).toBe(bytes(head) + bytes(tail.map((text) => text.toWellFormed())));
        },
      ),
    );
  });
});
