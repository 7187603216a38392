import { expect, it } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { describeWithDocker } from '../../docker/describe-with-docker.ts';
import { NEVER } from '../../docker/sandboxes/open-sandbox.ts';

const limits = resolveLimits({ sandboxes: 3, workspaceSandboxes: 1, sandboxMb: 256 });

describeWithDocker(
  'one subject with many workspaces',
  (suite) => {
    it('has no more sandboxes than one workspace may have, so that others get theirs', async () => {
      const { sandboxes } = suite().engine;
      const open = (workspace: string, sharer: string) => sandboxes.open({ workspace, sharer }, NEVER);
      const first = await open('greedy-1', 'greedy');
      await expect(open('greedy-2', 'greedy')).rejects.toMatchObject({
        code: 'POOL_SATURATED',
        message: expect.stringMatching(/^This caller has 1 sandboxes.*limit workspaceSandboxes/),
      });
      const other = await open('ann-1', 'ann');
      await first.end('it was stopped');
      await (await open('greedy-2', 'greedy')).end('it was stopped');
      await other.end('it was stopped');
    });
  },
  { limits },
);
