import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createBench } from '../../contract/engine/bench.ts';
import { containersOf } from '../../docker/describe-with-docker.ts';
import { docker, missingDocker } from '../../docker/local-docker.ts';
import { makeDockerEngine } from '../../docker/local-engine.ts';

const SERVER = fileURLToPath(new URL('../../fixtures/docker/spinning-server.ts', import.meta.url));

const missing = missingDocker();
describe.skipIf(missing !== undefined)(`a server that was killed${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const instanceId = `killed-${process.pid}-${Date.now()}`;
  const next = createBench(makeDockerEngine());
  const sibling = createBench(makeDockerEngine());
  afterAll(async () => {
    await Promise.all([next.close(), sibling.close()]);
    const left = await containersOf(instanceId);
    if (left.length > 0) await docker('rm', '--force', ...left);
  });

  it('leaves a spinning container that its next start removes, and no container of the living', async () => {
    expect(await sibling.result('return 1')).toBe(1);
    const server = spawn(process.execPath, [SERVER, instanceId], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(server.stdout, 'data');
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect((await containersOf(instanceId)).length).toBeGreaterThan(0);

    // A container of a living instance, in the middle of a run, while the next start tidies up.
    const calledTool = Promise.withResolvers<void>();
    const tidied = Promise.withResolvers<{ kind: 'value'; value: string }>();
    const callTool = () => {
      calledTool.resolve();
      return tidied.promise;
    };
    const living = sibling.result('return await mcp.kit.echo({})', { callTool });
    await calledTool.promise;
    expect(await next.result('return 2')).toBe(2);
    await expect.poll(() => containersOf(instanceId), { timeout: 10_000 }).toEqual([]);
    tidied.resolve({ kind: 'value', value: 'alive' });
    expect(await living).toBe('alive');
  });
});
