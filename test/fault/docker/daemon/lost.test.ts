import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerEngine } from '../../../../src/engine/docker/docker-engine.ts';
import { type Bench, createBench } from '../../../contract/engine/bench.ts';
import { containersOf } from '../../../docker/describe-with-docker.ts';
import { docker, missingDocker } from '../../../docker/local-docker.ts';
import { makeDockerEngine } from '../../../docker/local-engine.ts';
import { createSocketProxy } from '../../../docker/socket-proxy.ts';

const missing = missingDocker();
describe.skipIf(missing !== undefined)(
  `a Docker daemon that goes away${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    const proxy = createSocketProxy();
    let engine: DockerEngine;
    let bench: Bench;

    beforeAll(async () => {
      await proxy.open();
      const variables = { ...process.env, DOCKER_HOST: proxy.address };
      engine = makeDockerEngine({ environment: { variables, homeDir: '/' } });
      bench = createBench(engine);
    });
    afterAll(async () => {
      await proxy.cut();
      await bench.close();
      const left = await containersOf(engine.instanceId);
      if (left.length > 0) await docker('rm', '--force', ...left);
    });

    it('ends a run in mid-flight with a fault that says so, and never repeats one that has called a tool', async () => {
      let calls = 0;
      const callTool = async () => {
        calls += 1;
        await proxy.cut();
        return { kind: 'value', value: 1 } as const;
      };
      const run = bench.run('await mcp.kit.echo({}); await sleep(20_000)', { callTool });
      await expect(run).rejects.toMatchObject({ code: 'SANDBOX_LOST', message: expect.stringMatching(/daemon/) });
      expect(calls).toBe(1);
      expect(engine.standing()).toBe('absent');
      expect(engine.health().ok).toBe(false);
    });

    it('refuses runs while it is away, and takes them again when it is back', async () => {
      await expect(bench.run('return 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
      await proxy.open();
      await expect.poll(() => engine.standing(), { timeout: 10_000 }).toBe('ready');
      expect(await bench.result('return 1')).toBe(1);
    });
  },
);
