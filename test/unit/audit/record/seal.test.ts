import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEGINNING, bodyOf, seal, unseal } from '../../../../src/audit/record/seal.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const anyRecord = fc.dictionary(
  anyText.filter((key) => !['seq', 'prev', 'hash', '__proto__'].includes(key)),
  fc.oneof(anyText, fc.integer(), fc.boolean()),
);

describe('a sealed line', () => {
  it('is read back as it was, whatever texts are in it', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat(1_000_000), (given, seq) => {
        const record = { time: 'now', kind: 'note', ...given };
        const { line, head } = seal(bodyOf(record), { seq, hash: 'a'.repeat(64) });
        expect(line.endsWith('\n')).toBe(true);
        expect(unseal(line.slice(0, -1))).toEqual({
          head,
          prev: 'a'.repeat(64),
          record: { seq: seq + 1, ...record, prev: 'a'.repeat(64), hash: head.hash },
        });
      }),
    );
  });

  it('is one line of printable ASCII', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(seal(bodyOf({ text }), BEGINNING).line).toMatch(/^[ -~]+\n$/);
      }),
    );
  });

  it('has as its hash what anybody gets who hashes it without the hash', () => {
    const { line, head } = seal(bodyOf({ kind: 'note', text: 'Grüße' }), BEGINNING);
    const without = line.trimEnd().replace(/,"hash":"[0-9a-f]{64}"\}$/, '}');
    expect(createHash('sha256').update(without).digest('hex')).toBe(head.hash);
    expect(JSON.parse(line)).toMatchObject({ seq: 1, text: 'Grüße', prev: '0'.repeat(64), hash: head.hash });
  });

  it('is not accepted with any one character changed, added or taken away', () => {
    const { line } = seal(bodyOf({ kind: 'note', n: 12 }), BEGINNING);
    const sealed = line.slice(0, -1);
    for (let at = 0; at < sealed.length; at++) {
      const [before, here, after] = [sealed.slice(0, at), sealed[at], sealed.slice(at + 1)];
      for (const other of ['0', 'a', ' ', '\r', here === 'Z' ? 'Y' : 'Z'])
        if (other !== here) expect(unseal(`${before}${other}${after}`), `${at}: ${other}`).toBeUndefined();
      expect(unseal(`${before} ${here}${after}`)).toBeUndefined();
      expect(unseal(`${before}${after}`)).toBeUndefined();
    }
    expect(unseal(sealed)).toBeDefined();
  });

  it('of a record that is too long keeps what it is of', () => {
    const body = bodyOf({ time: 'now', kind: 'request', args: 'é'.repeat(100_000) });
    expect(JSON.parse(body)).toEqual({ time: 'now', kind: 'request', tooLong: expect.any(Number) });
  });
});
