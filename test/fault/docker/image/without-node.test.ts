import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithDocker } from '../../../docker/describe-with-docker.ts';
import { docker } from '../../../docker/local-docker.ts';

const IMAGE = `codeloom-test/without-node:${process.pid}`;

describeWithDocker(
  'an image without node',
  (suite) => {
    beforeAll(() => {
      const nothing = execFileSync('tar', ['-cf', '-', '--files-from', '/dev/null']);
      execFileSync('docker', ['import', '-', IMAGE], { input: nothing, stdio: ['pipe', 'ignore', 'pipe'] });
    });
    afterAll(() => docker('image', 'rm', '--force', IMAGE));

    it('is refused with that reason', async () => {
      const message = `The image ${IMAGE} has no node that can be run.`;
      await expect(suite().bench.run('return 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', message });
    });

    it('stands as failing, so that auto runs programs on the node engine', () => {
      expect(suite().engine.standing()).toBe('failing');
      expect(suite().engine.health()).toMatchObject({ ok: false, detail: expect.stringMatching(/has no node/) });
    });
  },
  { settings: { images: [IMAGE] } },
);
