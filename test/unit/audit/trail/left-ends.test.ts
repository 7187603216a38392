import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

async function write(from: number, to: number, chars = 0, options = {}): Promise<void> {
  const writer = bench.writer(options);
  for (let at = from; at < to; at++) writer.add(note(at, chars));
  await writer.close();
}

async function expectWhole(): Promise<void> {
  const { trails } = await verifyAudit(bench.dir);
  expect(trails.flatMap(({ broken }) => broken ?? [])).toEqual([]);
}

describe('the end that a killed writer left', () => {
  const last = () => join(bench.dir, bench.names().at(-1) ?? '');

  it.each([1, 40, 200])('torn after %i bytes, is closed by a record that says what it was', async (bytes) => {
    await write(0, 5);
    const whole = readFileSync(last());
    const lines = whole.toString('latin1').trimEnd().split('\n');
    const torn = (lines.at(-1) ?? '').slice(0, bytes);
    writeFileSync(last(), `${lines.slice(0, -1).join('\n')}\n${torn}`);
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toMatchObject({ reason: 'torn' });
    await write(5, 6);
    const [report] = (await verifyAudit(bench.dir)).trails;
    expect(report).toMatchObject({ state: 'closed', summary: { recovered: 1 } });
    expect(report?.broken).toBeUndefined();
    expect(readFileSync(last(), 'latin1')).toContain(`\n${torn}\n`);
    expect(readFileSync(last(), 'latin1')).toContain(`"kind":"recovered","tornBytes":${torn.length},`);
  });

  it('whole but for the end of its line, is given that', async () => {
    await write(0, 5);
    writeFileSync(last(), readFileSync(last()).subarray(0, -1));
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toMatchObject({ reason: 'torn' });
    await write(5, 6);
    expect(kinds().slice(-4)).toEqual(['closed', 'opened', 'note', 'closed']);
    await expectWhole();
  });

  it('cannot be passed off as torn afterwards', async () => {
    await write(0, 5);
    appendFileSync(last(), '{"seq":');
    await write(5, 6);
    const text = readFileSync(last(), 'latin1');
    writeFileSync(last(), text.replace('{"seq":\n', '{"seq"!\n'));
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toMatchObject({ reason: 'changed', at: { line: 8 } });
    writeFileSync(last(), text.replace('{"seq":\n', ''));
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toMatchObject({ reason: 'missing', at: { line: 8 } });
  });

  it('in the first line of a later file, or of the trail, is closed, too', async () => {
    await write(0, 50, 100, { maxBytes: 5_000 });
    const first = readFileSync(last(), 'latin1');
    writeFileSync(last(), first.slice(0, 50));
    await write(50, 51, 0, { maxBytes: 5_000 });
    await expectWhole();
    for (const name of bench.names()) rmSync(join(bench.dir, name));
    writeFileSync(join(bench.dir, 'audit-1-000001.jsonl'), '{"seq"', { mode: 0o600 });
    await write(0, 1);
    await expectWhole();
  });

  it('between two files: the new one begun, and the old one not told', async () => {
    await write(0, 5);
    writeFileSync(join(bench.dir, 'audit-1-000002.jsonl'), '', { mode: 0o600 });
    await expectWhole();
    await write(5, 100, 100, { maxBytes: 5_000 });
    expect(bench.names().slice(0, 3)).toEqual([1, 2, 3].map((number) => `audit-1-00000${number}.jsonl`));
    await expectWhole();
  });

  it('between two files: the old one told, and the new one gone', async () => {
    await write(0, 50, 100, { maxBytes: 5_000 });
    writeFileSync(last(), '');
    await expectWhole();
    rmSync(last());
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toMatchObject({ reason: 'missing' });
    await write(50, 51, 100, { maxBytes: 5_000 });
    await expectWhole();
  });

  it('changed, is left as it is, and the trail begins anew behind it', async () => {
    await write(0, 5);
    const text = readFileSync(last(), 'latin1');
    writeFileSync(last(), text.replace('"kind":"closed"', '"kind":"cloxed"'));
    await write(5, 6);
    expect(bench.names()).toHaveLength(2);
    expect(kinds().slice(-4)).toEqual(['recovered', 'opened', 'note', 'closed']);
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toMatchObject({
      reason: 'changed',
      at: { file: 'audit-1-000001.jsonl', line: 7 },
    });
  });
});
