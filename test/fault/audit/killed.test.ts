import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../src/audit/verify/verify-audit.ts';
import { type AuditBench, auditBench, note } from '../../unit/audit/audit-bench.ts';

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));

let bench: AuditBench;
beforeEach(() => {
  bench = auditBench();
});
afterEach(() => bench.remove());

/** Lets a writer add so many records, and kills it. */
async function writeAndKill(count: number): Promise<void> {
  const child = spawn(process.execPath, [WRITER, bench.dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) if (Number(line) >= count) break;
  child.kill('SIGKILL');
  child.stdout.destroy();
  await gone;
}

describe('a process killed in the middle of writing an audit trail', () => {
  it('leaves a trail that its successor goes on with, and that is whole afterwards, killed again and again', async () => {
    for (const count of [0, 500, 2_500, 6_000, 1_000]) {
      await writeAndKill(count);
      const left = await verifyAudit(bench.dir);
      // At worst the last line is torn.
      expect([undefined, 'torn']).toContain(left.trails[0]?.broken?.reason);
      const writer = bench.writer({ maxBytes: 200_000 });
      writer.add(note(-1));
      await writer.close();
      const { trails } = await verifyAudit(bench.dir);
      expect(trails).toMatchObject([{ trail: 1, state: 'closed' }]);
      expect(trails[0]?.broken).toBeUndefined();
    }
    expect(bench.names().length).toBeGreaterThan(1);
    expect(bench.records().filter(({ at }) => at === -1)).toHaveLength(5);
  });

  it('beside others leaves them their trails, and its own to the next', async () => {
    await Promise.all([writeAndKill(3_000), writeAndKill(1_000), writeAndKill(2_000)]);
    const writers = [bench.writer(), bench.writer(), bench.writer()];
    for (const writer of writers) {
      await writer.open();
      await writer.close();
    }
    for (const writer of [bench.writer(), bench.writer(), bench.writer()]) {
      await writer.open();
      writers.push(writer);
    }
    await Promise.all(writers.map((writer) => writer.close()));
    const { trails } = await verifyAudit(bench.dir);
    expect(trails.map(({ trail }) => trail)).toEqual([1, 2, 3]);
    for (const { broken, state } of trails) expect([broken, state]).toEqual([undefined, 'closed']);
  });
});
