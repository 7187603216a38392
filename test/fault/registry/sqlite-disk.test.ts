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

describe.skipIf(missing !== undefined)(`the disk of the registry${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('where it is full refuses writes and no reads, where it is read-only says so, and recovers by itself with nothing lost', async () => {
    const disk = await mkdtemp(join(tmpdir(), 'codeloom-disk-'));
    const mounted = `mount -t tmpfs -o size=2m tmpfs '${disk}' && exec '${process.execPath}' '${SCRIPT}' '${disk}'`;
    const { stdout } = await promisify(execFile)('unshare', ['--map-root-user', '--mount', 'sh', '-c', mounted]);
    const { stored, ...said } = JSON.parse(stdout);
    expect(stored).toBeGreaterThan(10);
    expect(said).toEqual({
      refusal: expect.stringMatching(/^REGISTRY_UNAVAILABLE: .*disk .* is full/),
      found: stored,
      withRoom: 'stored',
      readOnly: expect.stringMatching(/^REGISTRY_UNAVAILABLE: .*cannot be (?:written|opened)/),
      again: 'stored',
      foundAgain: stored,
    });
    await rm(disk, { recursive: true });
  });
});
