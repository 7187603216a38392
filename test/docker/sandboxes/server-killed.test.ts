import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { containersOf, describeWithDocker } from '../describe-with-docker.ts';
import { docker } from '../local-docker.ts';

const SERVER = fileURLToPath(new URL('../../fixtures/docker/sandbox-server.ts', import.meta.url));

describeWithDocker('the sandbox of a server that was killed', (suite) => {
  const instanceId = `sandbox-${process.pid}-${Date.now()}`;
  afterAll(async () => {
    const left = await containersOf(instanceId);
    if (left.length > 0) await docker('rm', '--force', ...left);
  });

  it('ends by itself, and is removed by the next server that starts', async () => {
    const server = spawn(process.execPath, [SERVER, instanceId], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const container = line.toString().trim();
    expect(await docker('inspect', '--format', '{{.State.Running}}', container)).toBe('true');
    server.kill('SIGKILL');
    await once(server, 'exit');
    const isRunning = () => docker('ps', '--quiet', '--no-trunc', '--filter', `id=${container}`);
    await expect.poll(isRunning, { timeout: 30_000 }).toBe('');
    expect(await suite().bench.result('return 1')).toBe(1);
    await expect.poll(() => containersOf(instanceId), { timeout: 30_000 }).toEqual([]);
  }, 120_000);
});
