import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerEngine } from '../../../../src/engine/docker/docker-engine.ts';
import { type Bench, createBench } from '../../../contract/engine/bench.ts';
import { missingDocker } from '../../../docker/local-docker.ts';
import { makeDockerEngine } from '../../../docker/local-engine.ts';
import { createSecondDaemon, missingSecondDaemon, type SecondDaemon } from '../../../docker/second-daemon.ts';

const missing = missingDocker() ?? missingSecondDaemon();
describe.skipIf(missing !== undefined)(`a daemon that is restarted${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let daemon: SecondDaemon;
  let engine: DockerEngine;
  let bench: Bench;

  beforeAll(async () => {
    daemon = await createSecondDaemon();
    const variables = { ...process.env, DOCKER_HOST: daemon.address };
    engine = makeDockerEngine({ environment: { variables, homeDir: '/' } });
    bench = createBench(engine);
  }, 120_000);
  afterAll(async () => {
    await bench.close();
    await daemon.remove();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s ends the run that it was in with a fault, and takes runs again',
    async (signal) => {
      expect(await bench.result('return 1')).toBe(1);
      let calls = 0;
      const callTool = async () => {
        calls += 1;
        void daemon.end(signal);
        return { kind: 'value', value: 1 } as const;
      };
      const run = bench.run('await mcp.kit.echo({}); await sleep(20_000)', { callTool });
      await expect(run).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
      expect(calls).toBe(1);
      await expect.poll(() => engine.standing(), { timeout: 10_000 }).toBe('absent');
      await daemon.start();
      await expect.poll(() => engine.standing(), { timeout: 10_000 }).toBe('ready');
      expect(await bench.result('return 2')).toBe(2);
    },
    60_000,
  );
});
