import { afterAll, describe, expect, it } from 'vitest';
import { createBench } from '../../../contract/engine/bench.ts';
import { makeDockerEngine } from '../../../docker/local-engine.ts';

describe('no Docker daemon', () => {
  const environment = { variables: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }, homeDir: '/nonexistent' };
  const engine = makeDockerEngine({ environment });
  const bench = createBench(engine);
  afterAll(() => bench.close());

  it('refuses a run with what to do, and without a path of this machine', async () => {
    const message =
      'No Docker daemon answers at the address that DOCKER_HOST gives: start it, or set DOCKER_HOST to where it is.';
    await expect(bench.run('return 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', message });
  });

  it('says so in its health', async () => {
    await engine.known;
    expect(engine.health()).toMatchObject({
      ok: false,
      ready: 0,
      busy: 0,
      detail: expect.stringMatching(/DOCKER_HOST/),
    });
    expect(engine.standing()).toBe('absent');
  });

  it('tells of an address that makes no sense', async () => {
    const odd = createBench(makeDockerEngine({ environment: { variables: { DOCKER_HOST: 'ftp://x' }, homeDir: '/' } }));
    await expect(odd.run('return 1')).rejects.toThrow(/DOCKER_HOST is not understood; write it as unix:/);
    await odd.close();
  });
});
