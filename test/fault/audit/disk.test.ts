import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('on-small-disk.ts', import.meta.url));

/** Why no process can have a disk of its own here; undefined where it can. */
function missingNamespaces(): string | undefined {
  try {
    execFileSync('unshare', ['--map-root-user', '--mount', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no mount namespaces for this user';
  }
}

const missing = missingNamespaces();

describe.skipIf(missing !== undefined)(`the disk of the audit trail${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('where it is full holds nobody up, loses what memory cannot hold, counts and tells it, and goes on by itself', async () => {
    const disk = await mkdtemp(join(tmpdir(), 'codeloom-disk-'));
    const mounted = `mount -t tmpfs -o size=1m tmpfs '${disk}' && exec '${process.execPath}' '${SCRIPT}' '${disk}'`;
    const { stdout } = await promisify(execFile)('unshare', ['--map-root-user', '--mount', 'sh', '-c', mounted]);
    const said = JSON.parse(stdout);
    expect(said).toMatchObject({
      broken: 'whole',
      opened: 'opened',
      reopened: ['whole', 'closed'],
    });
    // A batch that does not fit is taken back; somebody who looks in just that moment sees a part of it.
    expect(['whole', 'torn']).toContain(said.whileFull);
    expect(said.lost).toBeGreaterThan(500);
    expect(said.logged).toContain('the audit trail has lost records');
    // Nothing is written twice, and nothing is missing that is not counted: all else are records of the trail itself.
    const own = said.written - (said.added - said.lost);
    expect(own).toBeGreaterThanOrEqual(2);
    expect(own).toBeLessThan(15);
    expect(said.readOnly).toBe(
      'CONFIG_INVALID: The folder of the audit trail (auditDir) is not used: it cannot be written to.',
    );
    await rm(disk, { recursive: true });
  });
});
