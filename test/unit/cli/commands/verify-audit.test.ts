import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyAuditCommand } from '../../../../src/cli/commands/verify-audit.ts';
import { defaultSettings } from '../../../../src/config/assemble-settings.ts';
import { type AuditBench, auditBench, note } from '../../audit/audit-bench.ts';
import { createRememberingTerminal } from '../command-bench.ts';

let bench: AuditBench;
beforeEach(() => {
  bench = auditBench();
});
afterEach(() => bench.remove());

async function write(count: number, options = {}): Promise<void> {
  const writer = bench.writer(options);
  for (let at = 0; at < count; at++) writer.add(note(at, 100));
  await writer.close();
}

async function verify(path?: string, has?: readonly string[], env = {}) {
  const terminal = createRememberingTerminal();
  const loaded = { settings: defaultSettings(), configFile: '', hasConfigFile: false, notes: [] };
  const host = { terminal, env, platform: 'linux', homeDir: '/nowhere' } as const;
  const code = await verifyAuditCommand(path, has === undefined ? {} : { has }, loaded, host);
  return { code, out: terminal.out.join('\n') };
}

describe('codeloom audit verify', () => {
  it('says of each trail how much there is, from when to when, and how it ends', async () => {
    await write(3);
    const { code, out } = await verify(bench.dir);
    const [first, last] = [bench.records()[0], bench.records().at(-1)];
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      `Trail 1 is whole: 5 records in 1 file, from ${first?.time} to ${last?.time}; closed by its writer.`,
      `  Its last record is 5, with the hash ${last?.hash}`,
    ]);
  });

  it('takes the folder of the settings, or of the platform, where it is given none', async () => {
    await write(1);
    const state = join(bench.dir, '..', 'state');
    const { renameSync, mkdirSync } = await import('node:fs');
    mkdirSync(join(state, 'codeloom'), { recursive: true });
    renameSync(bench.dir, join(state, 'codeloom', 'audit'));
    expect(await verify(undefined, [], { XDG_STATE_HOME: state })).toMatchObject({ code: 0 });
  });

  it('takes one file', async () => {
    await write(50, { maxBytes: 5_000 });
    const { code, out } = await verify(join(bench.dir, bench.names()[1] ?? ''));
    expect(code).toBe(0);
    expect(out).toMatch(/^Trail 1 is whole: \d+ records in 1 file, .*; open: /);
    expect(out).toMatch(/\n {2}It begins at record \d+\.\n/);
  });

  it('says up to where rotation has removed files', async () => {
    await write(100, { maxBytes: 5_000, maxFiles: 2 });
    const { code, out } = await verify(bench.dir);
    const begin = Number(bench.records()[0]?.seq);
    expect(code).toBe(0);
    expect(out).toContain(`It begins at record ${begin}; the trail says that those through ${begin - 1} were removed.`);
  });

  it('says what was lost and what broke off', async () => {
    const writer = bench.writer();
    writer.add(undefined);
    writer.add(undefined);
    await writer.close();
    const { appendFileSync } = await import('node:fs');
    appendFileSync(join(bench.dir, bench.names()[0] ?? ''), '{"seq"');
    await write(1);
    const { code, out } = await verify(bench.dir);
    expect(code).toBe(0);
    expect(out).toContain('\n  2 records could not be written in time');
    expect(out).toContain('\n  1 line broke off when the writer was killed.');
  });

  it('says where a trail is broken and why, and how far it was whole, with exit code 1', async () => {
    await write(50, { maxBytes: 5_000 });
    rmSync(join(bench.dir, bench.names()[1] ?? ''));
    const { code, out } = await verify(bench.dir);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^Trail 1 is BROKEN at audit-1-000002\.jsonl, line 1: missing: the file is missing\. Whole up to there: \d+ records in /,
    );
  });

  it('fails where a hash that was noted is gone', async () => {
    await write(3);
    const hash = String(bench.records()[2]?.hash);
    expect(await verify(bench.dir, [hash])).toMatchObject({ code: 0 });
    const { code, out } = await verify(bench.dir, ['0123']);
    expect(code).toBe(1);
    expect(out).toContain('BROKEN: no record has the hash 0123.');
  });

  it('refuses a folder without a trail, and one that is not there', async () => {
    await expect(verify(join(bench.dir, '..'))).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(verify('/nowhere/at/all')).rejects.toThrow('There is no "/nowhere/at/all".');
  });
});
