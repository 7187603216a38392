import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../../sandbox-runtime/protocol.ts';
import { base64Chars, KeptArtifacts } from '../../../../src/run/artifacts/kept-artifacts.ts';

const LIMITS = { count: 3, bytes: 10, totalBytes: 20 };
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the files of a run', () => {
  it('are kept in the order in which they came, with their kind and size', () => {
    const kept = new KeptArtifacts(LIMITS);
    kept.add('b/notes.md', base64('# hi'));
    kept.add('a', base64('text'));
    expect(kept.all.map(({ path, mimeType, bytes }) => [path, mimeType, bytes])).toEqual([
      ['b/notes.md', 'text/markdown', 4],
      ['a', 'text/plain', 4],
    ]);
    expect(kept.leftOut).toBe(0);
  });

  it('may be as many, as large and as much together as the limits say, and no more', () => {
    const full = () => {
      const kept = new KeptArtifacts(LIMITS);
      kept.add('1', base64('0123456789'));
      kept.add('2', base64('0123456789'));
      return kept;
    };
    expect(full().all).toHaveLength(2);
    expect(() => full().add('3', base64('x'))).toThrow(ProtocolError);
    expect(() => new KeptArtifacts(LIMITS).add('1', base64('0123456789a'))).toThrow(ProtocolError);
    const many = new KeptArtifacts(LIMITS);
    for (const path of ['1', '2', '3']) many.add(path, '');
    expect(() => many.add('4', '')).toThrow(ProtocolError);
  });

  it.each(['/etc/passwd', '../x', 'a/../../x', 'a//b', './x', '', 'a/', '..'])('never have the path %j', (path) => {
    expect(() => new KeptArtifacts(LIMITS).add(path, '')).toThrow(ProtocolError);
  });

  it('have names without characters that a terminal, a file system or a reader could be fooled by', () => {
    const kept = new KeptArtifacts(LIMITS);
    kept.add('a\u001b[31m\n\u202etxt.exe', '');
    kept.add('..\\..\\c:x', '');
    expect(kept.all.map(({ path }) => path)).toEqual(['a_[31m__txt.exe', '.._.._c_x']);
  });

  it('are counted as left out where two come to the same name, or one is far too long', () => {
    const kept = new KeptArtifacts(LIMITS);
    kept.add('a\n', base64('first'));
    kept.add('a\r', base64('second'));
    kept.add('x'.repeat(600), '');
    kept.leaveOut(2);
    expect(kept.all.map(({ path, content }) => [path, content.toString()])).toEqual([['a_', 'first']]);
    expect(kept.leftOut).toBe(4);
  });

  it('hold the caps whatever is claimed, and throw nothing but ProtocolError', () => {
    const claim = fc.tuple(
      fc.oneof(fc.string(), fc.webPath()),
      fc.oneof(fc.base64String(), fc.string({ unit: 'binary' })),
    );
    fc.assert(
      fc.property(fc.array(claim), (claims) => {
        const kept = new KeptArtifacts(LIMITS);
        for (const [path, content] of claims) {
          try {
            kept.add(path, content);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }
        expect(kept.all.length).toBeLessThanOrEqual(LIMITS.count);
        expect(kept.all.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThanOrEqual(LIMITS.totalBytes);
        for (const { path } of kept.all) expect(path.split('/')).not.toContain('..');
      }),
    );
  });

  it('need so many characters of base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(base64Chars(bytes.length)).toBe(Buffer.from(bytes).toString('base64').length);
      }),
    );
  });
});
