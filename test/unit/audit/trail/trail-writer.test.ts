import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../../src/audit/verify/verify-audit.ts';
import { type AuditBench, auditBench, note } from '../audit-bench.ts';

let bench: AuditBench;
beforeEach(() => {
  bench = auditBench();
});
afterEach(() => bench.remove());

const kinds = (trail?: number) => bench.records(trail).map(({ kind }) => kind);
const notes = (trail?: number) => bench.records(trail).flatMap(({ kind, at }) => (kind === 'note' ? [at] : []));

async function write(from: number, to: number, chars = 0, options = {}): Promise<void> {
  const writer = bench.writer(options);
  for (let at = from; at < to; at++) writer.add(note(at, chars));
  await writer.close();
}

async function expectWhole(): Promise<void> {
  const { trails } = await verifyAudit(bench.dir);
  expect(trails.flatMap(({ broken }) => broken ?? [])).toEqual([]);
}

describe('a writer of a trail', () => {
  it('has a folder of its own with a file that only its owner may read', async () => {
    await write(0, 3);
    expect(bench.names()).toEqual(['audit-1-000001.jsonl']);
    expect(statSync(bench.dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(bench.dir, 'audit-1-000001.jsonl')).mode & 0o777).toBe(0o600);
    expect(statSync(join(bench.dir, 'audit-1.lock')).mode & 0o777).toBe(0o600);
  });

  it('writes in order, between the words that it begins and that it ends', async () => {
    await write(0, 500);
    expect(kinds()).toEqual(['opened', ...Array(500).fill('note'), 'closed']);
    expect(notes()).toEqual(Array.from({ length: 500 }, (_, at) => at));
    await expectWhole();
  });

  it('goes on with the chain after a restart', async () => {
    for (let round = 0; round < 5; round++) await write(round, round + 1);
    expect(bench.names()).toEqual(['audit-1-000001.jsonl']);
    expect(notes()).toEqual([0, 1, 2, 3, 4]);
    expect(kinds().slice(0, 4)).toEqual(['opened', 'note', 'closed', 'opened']);
    await expectWhole();
  });

  it('makes no folder where nothing has happened', async () => {
    await bench.writer().close();
    expect(() => statSync(bench.dir)).toThrow('ENOENT');
  });

  it('writes that it has begun, where it is told to begin', async () => {
    const writer = bench.writer();
    await writer.open();
    await writer.close();
    expect(kinds()).toEqual(['opened', 'closed']);
  });

  it('logs the hash that the trail ends with', async () => {
    await write(0, 1);
    expect(JSON.parse(bench.logged.at(-1) ?? '')).toMatchObject({ records: 3, hash: bench.records().at(-1)?.hash });
  });

  it('takes nothing after it was closed, and can be closed twice', async () => {
    const writer = bench.writer();
    writer.add(note(1));
    await Promise.all([writer.close(), writer.close()]);
    writer.add(note(2));
    await writer.close();
    expect(kinds()).toEqual(['opened', 'note', 'closed']);
  });

  it('writes what is added while it writes', async () => {
    const writer = bench.writer();
    for (let at = 0; at < 200; at++) {
      writer.add(note(at));
      if (at % 3 === 0) await new Promise(setImmediate);
      if (at % 7 === 0) await Promise.resolve();
    }
    await writer.close();
    expect(notes()).toEqual(Array.from({ length: 200 }, (_, at) => at));
  });
});

describe('rotation', () => {
  it('begins another file when one is full, and the chain goes through them all', async () => {
    await write(0, 300, 100, { maxBytes: 10_000 });
    expect(bench.names().length).toBeGreaterThan(5);
    for (const name of bench.names()) expect(bench.text(name).length).toBeLessThan(10_400);
    expect(notes()).toEqual(Array.from({ length: 300 }, (_, at) => at));
    await expectWhole();
  });

  it('goes on in the last file after a restart', async () => {
    for (let round = 0; round < 20; round++) await write(round * 10, round * 10 + 10, 100, { maxBytes: 10_000 });
    expect(bench.names().length).toBeLessThan(12);
    expect(notes()).toEqual(Array.from({ length: 200 }, (_, at) => at));
    await expectWhole();
  });

  it('removes the oldest files, says so first, and what is left can be verified', async () => {
    await write(0, 500, 100, { maxBytes: 10_000, maxFiles: 3 });
    expect(bench.names()).toHaveLength(3);
    const records = bench.records();
    const [report] = (await verifyAudit(bench.dir)).trails;
    expect(report?.broken).toBeUndefined();
    expect(report?.summary.first?.seq).toBe(records[0]?.seq);
    expect(report?.summary.prunedThrough).toBe(Number(records[0]?.seq) - 1);
    rmSync(join(bench.dir, bench.names()[0] ?? ''));
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toMatchObject({
      reason: 'missing',
      detail: expect.stringMatching(/^records 1 to \d+ are missing, and no record says that they were removed$/),
    });
  });

  it('keeps fewer files from the next start on, where the settings say so', async () => {
    await write(0, 300, 100, { maxBytes: 10_000 });
    await write(300, 301, 100, { maxBytes: 10_000, maxFiles: 2 });
    expect(bench.names()).toHaveLength(2);
    expect(notes().at(-1)).toBe(300);
    await expectWhole();
  });

  it('takes a record into a file of its own that is larger than a file may be', async () => {
    await write(0, 3, 5_000, { maxBytes: 100 });
    expect(notes()).toEqual([0, 1, 2]);
    await expectWhole();
  });
});

describe('several writers of one folder', () => {
  it('have a trail each, and the next one goes on with the first that is free', async () => {
    const writers = [bench.writer(), bench.writer(), bench.writer()];
    for (const [at, writer] of writers.entries()) {
      await writer.open();
      writer.add(note(at));
    }
    await writers[0]?.close();
    await write(3, 4);
    await Promise.all(writers.map((writer) => writer.close()));
    expect([notes(1), notes(2), notes(3)]).toEqual([[0, 3], [1], [2]]);
    const { trails } = await verifyAudit(bench.dir);
    expect(trails.map(({ trail, broken, state }) => [trail, broken, state])).toEqual([
      [1, undefined, 'closed'],
      [2, undefined, 'closed'],
      [3, undefined, 'closed'],
    ]);
  });
});

describe('a file that somebody takes away while it is written', () => {
  it('is told in the log, and missed when the trail is verified', async () => {
    const writer = bench.writer();
    await writer.open();
    writer.add(note(0));
    await expect.poll(() => notes()).toEqual([0]);
    rmSync(join(bench.dir, 'audit-1-000001.jsonl'));
    writer.add(note(1));
    await writer.close();
    expect(notes()).toEqual([1]);
    expect(bench.logged.join('')).toContain('was taken away');
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toMatchObject({ reason: 'missing' });
  });

  it('comes back with its folder', async () => {
    const writer = bench.writer();
    await writer.open();
    writer.add(note(0));
    await expect.poll(() => notes()).toEqual([0]);
    rmSync(bench.dir, { recursive: true });
    writer.add(note(1));
    await writer.close();
    expect(notes()).toEqual([1]);
  });
});

describe('more than memory holds', () => {
  it('is lost, counted, logged once for each time, and told in the trail where it happened', async () => {
    const writer = bench.writer({ maxWaitingBytes: 5_000 });
    for (let at = 0; at < 1_000; at++) writer.add(note(at, 100));
    await expect.poll(() => bench.records().some(({ kind }) => kind === 'gap')).toBe(true);
    writer.add(note(1_000));
    await writer.close();
    const kept = notes();
    const [gap] = bench.records().filter(({ kind }) => kind === 'gap');
    expect(gap).toMatchObject({ lost: 1_001 - kept.length, from: expect.any(String), to: expect.any(String) });
    expect(kept.slice(0, -1)).toEqual(kept.slice(0, -1).map((_, at) => at));
    expect(bench.logged.filter((line) => line.includes('loses records'))).toHaveLength(1);
    expect((await verifyAudit(bench.dir)).trails[0]).toMatchObject({ summary: { lost: gap?.lost } });
    await expectWhole();
  });

  it('counts a record that could not be made', async () => {
    const writer = bench.writer();
    writer.add(undefined);
    writer.add(note(1));
    await writer.close();
    expect(kinds()).toEqual(['opened', 'gap', 'note', 'closed']);
  });
});

describe('a careless mode of a file', () => {
  it('is put right', async () => {
    await write(0, 1);
    chmodSync(join(bench.dir, 'audit-1-000001.jsonl'), 0o644);
    await write(1, 2);
    expect(statSync(join(bench.dir, 'audit-1-000001.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('of a folder that is there already is its owner’s business, as long as nobody else may write there', async () => {
    mkdirSync(bench.dir, { mode: 0o755 });
    await write(0, 1);
    expect(notes()).toEqual([0]);
  });
});
