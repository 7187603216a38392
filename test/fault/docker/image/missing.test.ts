import { expect, it } from 'vitest';
import { createBench } from '../../../contract/engine/bench.ts';
import { describeWithDocker } from '../../../docker/describe-with-docker.ts';
import { BASE_IMAGE } from '../../../docker/local-docker.ts';
import { makeDockerEngine } from '../../../docker/local-engine.ts';

// A registry that nobody can have, so that a pull fails at once and everywhere.
const ABSENT = 'registry.invalid/codeloom/absent:1';

describeWithDocker(
  'an image that is not there',
  (suite) => {
    it('is refused with the command to pull it, where pulling is not allowed', async () => {
      const message = `The image ${ABSENT} is not there: run \`docker pull ${ABSENT}\`.`;
      await expect(suite().bench.run('return 1', { image: ABSENT })).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message,
      });
    });

    it('leaves runs with another image alone', async () => {
      expect(await suite().bench.result('return 1', { image: BASE_IMAGE })).toBe(1);
    });

    it('is refused by name where the operator has not allowed it', async () => {
      const message = expect.stringMatching(/"evil:latest" is not allowed here; a run may name node:24-slim, /);
      await expect(suite().bench.run('return 1', { image: 'evil:latest' })).rejects.toMatchObject({
        code: 'ARGUMENTS_INVALID',
        message,
      });
    });

    it('is refused with the command where pulling it fails', async () => {
      const engine = makeDockerEngine({ settings: { images: [ABSENT], pull: 'missing' } });
      const bench = createBench(engine);
      const message = expect.stringMatching(/could not be pulled: run `docker pull registry\.invalid/);
      await expect(bench.run('return 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', message });
      expect(engine.standing()).toBe('image-missing');
      await bench.close();
    });
  },
  { settings: { images: [BASE_IMAGE, ABSENT] } },
);
