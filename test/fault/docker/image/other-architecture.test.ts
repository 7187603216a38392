import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithDocker } from '../../../docker/describe-with-docker.ts';
import { docker } from '../../../docker/local-docker.ts';

const IMAGE = `codeloom-test/other-architecture:${process.pid}`;
const MACHINES = { x64: 0x3e, arm64: 0xb7 } as const;

/** The head of an executable for the machine that this one is not: all that a kernel reads before it refuses. */
function foreignExecutable(): Buffer {
  const head = Buffer.alloc(4096);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(process.arch === 'arm64' ? MACHINES.x64 : MACHINES.arm64, 18);
  head.writeUInt32LE(1, 20);
  return head;
}

describeWithDocker(
  'an image for another architecture',
  (suite) => {
    beforeAll(() => {
      const root = mkdtempSync(join(tmpdir(), 'codeloom-image-'));
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
      const node = join(root, 'usr/local/bin/node');
      writeFileSync(node, foreignExecutable());
      chmodSync(node, 0o755);
      const tar = execFileSync('tar', ['-C', root, '-cf', '-', '.']);
      rmSync(root, { recursive: true });
      execFileSync('docker', ['import', '--change', 'ENV PATH=/usr/local/bin', '-', IMAGE], {
        input: tar,
        stdio: ['pipe', 'ignore', 'pipe'],
      });
    });
    afterAll(() => docker('image', 'rm', '--force', IMAGE));

    it('is refused with that reason, and leaves no container behind', async () => {
      await expect(suite().bench.run('return 1')).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringMatching(/has no node that can be run/),
      });
      await expect.poll(() => docker('ps', '--all', '--quiet', '--filter', `ancestor=${IMAGE}`)).toBe('');
    });

    it('stands as failing, so that auto runs programs on the node engine', () => {
      expect(suite().engine.standing()).toBe('failing');
    });
  },
  { settings: { images: [IMAGE] } },
);
