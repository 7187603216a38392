import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BEGINNING, seal } from '../../../../src/audit/record/seal.ts';
import { verifyAudit } from '../../../../src/audit/verify/verify-audit.ts';
import type { TrailReport } from '../../../../src/audit/verify/verify-trail.ts';
import { type AuditBench, auditBench, note } from '../audit-bench.ts';

let bench: AuditBench;
beforeEach(() => {
  bench = auditBench();
});
afterEach(() => bench.remove());

async function verify(path = bench.dir, hashes: readonly string[] = []): Promise<TrailReport> {
  const { trails } = await verifyAudit(path, hashes);
  const [report] = trails;
  if (report === undefined) throw new Error('No trail was found.');
  return report;
}

/** A closed trail of three files and more: records 1 to `notes` + 2 and those of rotation. */
async function writeTrail(notes = 30): Promise<void> {
  const writer = bench.writer({ maxBytes: 2_000 });
  for (let at = 0; at < notes; at++) writer.add(note(at, 20));
  await writer.close();
}

const path = (index: number) => join(bench.dir, bench.names().at(index) ?? '');
const linesOf = (index: number) => readFileSync(path(index), 'latin1').split('\n').slice(0, -1);
const rewrite = (index: number, lines: readonly string[]) =>
  writeFileSync(path(index), lines.map((line) => `${line}\n`).join(''));

describe('a trail that nobody has touched', () => {
  it('is whole, whatever was recorded', async () => {
    const anyNotes = fc.array(fc.tuple(fc.nat(1_000), fc.nat(400)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(anyNotes, fc.integer({ min: 200, max: 5_000 }), async (notes, maxBytes) => {
        const own = auditBench();
        const writer = own.writer({ maxBytes });
        await writer.open();
        for (const [at, chars] of notes) writer.add(note(at, chars));
        await writer.close();
        const report = await verify(own.dir);
        expect(report).toMatchObject({ state: 'closed', summary: { lost: 0, recovered: 0 } });
        expect(report.broken).toBeUndefined();
        const written = own.records().filter(({ kind }) => kind === 'note');
        expect(written.map(({ at }) => at)).toEqual(notes.map(([at]) => at));
        own.remove();
      }),
      { numRuns: 30 },
    );
  });

  it('says how many records, from when to when, and with which hash it ends', async () => {
    await writeTrail();
    const records = bench.records();
    const last = records.at(-1);
    expect(await verify()).toEqual({
      trail: 1,
      files: bench.names().length,
      state: 'closed',
      found: new Set(),
      summary: {
        records: records.length,
        first: { seq: 1, time: records[0]?.time },
        last: { seq: records.length, time: last?.time, hash: last?.hash, kind: 'closed' },
        prunedThrough: undefined,
        lost: 0,
        recovered: 0,
      },
    });
  });

  it('is whole file by file, too', async () => {
    await writeTrail();
    expect(bench.names().length).toBeGreaterThan(3);
    for (const [index] of bench.names().entries()) expect((await verify(path(index))).broken).toBeUndefined();
  });

  it('has the hashes that it had before', async () => {
    await writeTrail();
    const hash = String(bench.records()[7]?.hash);
    expect(await verifyAudit(bench.dir, [hash, 'f'.repeat(64)])).toMatchObject({ unfound: ['f'.repeat(64)] });
  });
});

describe('any change to a trail is found, with its line and the reason', () => {
  beforeEach(() => writeTrail());

  it('where a byte of a line was changed, taken away or added', async () => {
    const whole = readFileSync(path(1));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.constantFrom('set', 'cut', 'add'),
        fc.nat(255),
        async (at, how, byte) => {
          fc.pre(how !== 'set' || whole[at] !== byte);
          const middle = how === 'set' ? [byte] : how === 'cut' ? [] : [byte, whole[at] ?? 0];
          // The same bytes again, where one was added beside its like.
          const changed = Buffer.concat([whole.subarray(0, at), Buffer.from(middle), whole.subarray(at + 1)]);
          writeFileSync(path(1), changed);
          const line = whole.subarray(0, at).filter((each) => each === 0x0a).length + 1;
          const { broken } = await verify();
          expect(broken?.at.file).toBe(bench.names()[1]);
          expect(Math.abs((broken?.at.line ?? 0) - line)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('where a line was removed, in every place but the end', async () => {
    for (const [index] of bench.names().entries()) {
      const lines = linesOf(index);
      const isLast = index === bench.names().length - 1;
      for (const [at] of lines.entries()) {
        rewrite(index, lines.toSpliced(at, 1));
        const { broken, state } = await verify();
        if (isLast && at === lines.length - 1) expect({ broken, state }).toEqual({ broken: undefined, state: 'open' });
        else expect(broken).toMatchObject({ reason: 'missing' });
      }
      rewrite(index, lines);
    }
    expect((await verify()).broken).toBeUndefined();
  });

  it('where two lines changed places', async () => {
    const lines = linesOf(1);
    for (let at = 0; at + 1 < lines.length; at++) {
      const [one = '', other = ''] = lines.slice(at, at + 2);
      rewrite(1, lines.toSpliced(at, 2, other, one));
      expect((await verify()).broken).toEqual({
        at: { file: bench.names()[1], line: at + 1 },
        reason: 'reordered',
        detail: `the record before it stands in line ${at + 2}`,
      });
    }
  });

  it('where a line stands twice, or one of another place stands there', async () => {
    const lines = linesOf(1);
    rewrite(1, lines.toSpliced(3, 0, lines[2] ?? ''));
    expect((await verify()).broken).toMatchObject({ at: { line: 4 }, reason: 'reordered' });
    rewrite(1, lines.toSpliced(3, 0, linesOf(0)[1] ?? ''));
    expect((await verify()).broken).toMatchObject({ at: { line: 4 }, reason: 'reordered' });
  });

  it('where a line was put in that is well made in itself', async () => {
    const lines = linesOf(1);
    const before = JSON.parse(lines[2] ?? '');
    const forged = seal(note(666), { seq: before.seq, hash: before.hash }).line.trimEnd();
    rewrite(1, lines.toSpliced(3, 0, forged));
    expect((await verify()).broken).toMatchObject({ at: { line: 5 }, reason: 'reordered' });
    rewrite(1, lines.toSpliced(3, 1, forged));
    expect((await verify()).broken).toMatchObject({ at: { line: 5 }, reason: 'changed' });
  });

  it('where a file was cut off in the middle of a line, or of the trail', async () => {
    const whole = readFileSync(path(1));
    for (const bytes of [1, 100, 1_000, whole.length - 1]) {
      writeFileSync(path(1), whole.subarray(0, bytes));
      expect((await verify()).broken?.at.file, `${bytes}`).toBe(bench.names()[1]);
    }
    writeFileSync(path(1), whole);
    const end = readFileSync(path(-1));
    writeFileSync(path(-1), end.subarray(0, -10));
    expect((await verify()).broken).toMatchObject({ at: { file: bench.names().at(-1) }, reason: 'torn' });
  });

  it('where a file was removed, be it the first, one between or the last', async () => {
    const names = bench.names();
    for (const [index, name] of names.entries()) {
      const bytes = readFileSync(join(bench.dir, name));
      rmSync(join(bench.dir, name));
      const { broken } = await verify();
      expect(broken, name).toMatchObject({ reason: 'missing', at: { file: index === 0 ? names[1] : name } });
      writeFileSync(join(bench.dir, name), bytes);
    }
  });

  it('where a file was emptied, or is no file any more', async () => {
    writeFileSync(path(1), '');
    expect((await verify()).broken).toMatchObject({ reason: 'missing' });
    writeFileSync(path(0), '');
    expect((await verify()).broken).toMatchObject({ reason: 'missing' });
  });

  it('where something was written behind its end', async () => {
    appendFileSync(path(-1), 'x');
    expect((await verify()).broken).toMatchObject({ reason: 'torn' });
    appendFileSync(path(-1), 'x\n\n');
    expect((await verify()).broken).toMatchObject({ reason: 'changed' });
    writeFileSync(path(-1), `${'y'.repeat(10 * 1024 * 1024)}\n`);
    expect((await verify()).broken).toMatchObject({ at: { file: bench.names().at(-1), line: 1 } });
  });

  it('where its end was cut off at a line, by a hash that was noted', async () => {
    const hash = String(bench.records().at(-1)?.hash);
    rewrite(bench.names().length - 1, linesOf(-1).slice(0, -1));
    expect(await verifyAudit(bench.dir, [hash])).toMatchObject({ unfound: [hash], trails: [{ state: 'open' }] });
  });

  it('where all of it was made anew, by a hash that was noted', async () => {
    const hash = String(bench.records()[5]?.hash);
    for (const name of readdirSync(bench.dir)) rmSync(join(bench.dir, name));
    writeFileSync(join(bench.dir, 'audit-1-000001.jsonl'), seal(note(1), BEGINNING).line);
    expect((await verify()).broken).toBeUndefined();
    expect((await verifyAudit(bench.dir, [hash])).unfound).toEqual([hash]);
  });
});

describe('what cannot be verified', () => {
  it('is refused with a sentence', async () => {
    await expect(verifyAudit(bench.dir)).rejects.toThrow(/^There is no ".*audit"\.$/);
    await writeTrail();
    for (const name of readdirSync(bench.dir)) rmSync(join(bench.dir, name));
    await expect(verifyAudit(bench.dir)).rejects.toThrow(/^There is no audit trail in /);
  });
});
