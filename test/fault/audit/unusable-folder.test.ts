import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditBench, auditBench, note } from '../../unit/audit/audit-bench.ts';

const isRoot = process.getuid?.() === 0;
const FIRST = 'audit-1-000001.jsonl';

let bench: AuditBench;
beforeEach(() => {
  bench = auditBench();
});
afterEach(() => bench.remove());

const ours = () => mkdirSync(bench.dir, { mode: 0o700 });
const CASES: readonly (readonly [what: string, make: () => void, reason: string])[] = [
  [
    'a symbolic link',
    () => {
      mkdirSync(`${bench.dir}-real`);
      symlinkSync(`${bench.dir}-real`, bench.dir);
    },
    'it is a symbolic link',
  ],
  ['a symbolic link to nowhere', () => symlinkSync(`${bench.dir}-nowhere`, bench.dir), 'it is a symbolic link'],
  ['a file', () => writeFileSync(bench.dir, ''), 'it is no folder'],
  [
    'a folder that others may write to',
    () => {
      ours();
      chmodSync(bench.dir, 0o770);
    },
    'others may write there',
  ],
  [
    'a folder with a link in the place of its file',
    () => {
      ours();
      writeFileSync(`${bench.dir}-elsewhere`, '');
      symlinkSync(`${bench.dir}-elsewhere`, join(bench.dir, FIRST));
    },
    'a file in it is a symbolic link',
  ],
  [
    'a folder with a second name of another file',
    () => {
      ours();
      writeFileSync(`${bench.dir}-elsewhere`, '');
      linkSync(`${bench.dir}-elsewhere`, join(bench.dir, FIRST));
    },
    'a file in it has a second name',
  ],
  [
    'a folder with a pipe in the place of its file',
    () => {
      ours();
      execFileSync('mkfifo', [join(bench.dir, FIRST)]);
    },
    'what has the name of a file in it is none',
  ],
  [
    'a folder with a link in the place of its lock',
    () => {
      ours();
      symlinkSync(`${bench.dir}-lock`, join(bench.dir, 'audit-1.lock'));
    },
    'a file in it is a symbolic link',
  ],
];

describe('a folder that an audit trail cannot trust', () => {
  it.each(CASES)('is refused at the start, with the reason: %s', async (_what, make, reason) => {
    make();
    await expect(bench.writer().open()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`(auditDir) is not used: ${reason}`),
    });
  });

  it.each(CASES)('costs nobody anything where it is found later: %s', async (_what, make, reason) => {
    make();
    const writer = bench.writer({ retryMs: 1 });
    writer.add(note(1));
    await expect.poll(() => bench.logged.join('')).toContain('cannot be written');
    await writer.close();
    expect(bench.logged.join('')).toContain(reason);
    expect(bench.logged.filter((line) => line.includes('cannot be written'))).toHaveLength(1);
    expect(bench.logged.join('')).toContain('"unwritten":');
  });

  it.skipIf(!isRoot)('is refused where it belongs to somebody else (needs root to give it away)', async () => {
    ours();
    chownSync(bench.dir, 12_345, 12_345);
    await expect(bench.writer().open()).rejects.toThrow('it belongs to another user');
    chownSync(bench.dir, 0, 0);
    writeFileSync(join(bench.dir, FIRST), '');
    chownSync(join(bench.dir, FIRST), 12_345, 12_345);
    await expect(bench.writer().open()).rejects.toThrow('a file in it belongs to another user');
  });

  it('is used again as soon as it is put right', async () => {
    writeFileSync(bench.dir, '');
    const writer = bench.writer({ retryMs: 1 });
    writer.add(note(1));
    await expect.poll(() => bench.logged.join('')).toContain('cannot be written');
    execFileSync('rm', [bench.dir]);
    await expect.poll(() => bench.logged.join('')).toContain('is written again');
    await writer.close();
    expect(bench.records().map(({ kind }) => kind)).toEqual(['opened', 'note', 'closed']);
  });

  it('is refused to the sixty-fifth that writes to it at once', async () => {
    const writers = Array.from({ length: 65 }, () => bench.writer());
    for (const writer of writers.slice(0, 64)) await writer.open();
    await expect(writers[64]?.open()).rejects.toThrow('64 other processes write to it');
    await Promise.all(writers.map((writer) => writer.close()));
    await expect(bench.writer().open()).resolves.toBeUndefined();
  });
});
