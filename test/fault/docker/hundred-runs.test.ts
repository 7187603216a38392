import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { containersOf, describeWithDocker } from '../../docker/describe-with-docker.ts';
import { docker } from '../../docker/local-docker.ts';

const MB = 1024 * 1024;
const FEW = 5;
const CONTAINERS_AHEAD = 2;

describeWithDocker('a hundred runs one after another', (suite) => {
  it('leak no container, no volume, no descriptor and no memory to speak of', async () => {
    const { bench, engine } = suite();
    // The first runs load what is loaded once.
    for (let n = 0; n < FEW; n++) await bench.result('return 1');
    const volumes = await docker('volume', 'ls', '--quiet');
    const descriptors = readdirSync('/proc/self/fd').length;
    const memory = process.memoryUsage().heapUsed;
    for (let n = 0; n < 100; n++) expect(await bench.result('return args.n', { args: { n } })).toBe(n);
    await expect.poll(() => engine.health().ready, { timeout: 20_000 }).toBe(CONTAINERS_AHEAD);
    await expect
      .poll(() => containersOf(engine.instanceId).then((ids) => ids.length), { timeout: 20_000 })
      .toBe(CONTAINERS_AHEAD);
    expect(await docker('volume', 'ls', '--quiet')).toBe(volumes);
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(descriptors + 2 * CONTAINERS_AHEAD);
    expect(process.memoryUsage().heapUsed - memory).toBeLessThan(32 * MB);
  }, 180_000);
});
