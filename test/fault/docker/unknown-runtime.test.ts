import { expect, it } from 'vitest';
import { describeWithDocker } from '../../docker/describe-with-docker.ts';

describeWithDocker(
  'a runtime that the daemon does not have',
  (suite) => {
    it('is refused by name, and never replaced by another', async () => {
      const message = expect.stringMatching(/no runtime no-such-runtime: install it there, or drop --docker-runtime/);
      await expect(suite().bench.run('return 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', message });
    });
  },
  { settings: { runtime: 'no-such-runtime' } },
);
