import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { checkDocker } from '../../../../src/cli/commands/docker-check.ts';
import { defaultSettings } from '../../../../src/config/assemble-settings.ts';
import { NEVER } from '../command-bench.ts';

const SETTINGS = defaultSettings();
const ABSENT = { variables: { DOCKER_HOST: 'tcp://127.0.0.1:1' }, homeDir: '/nowhere' };

/** A daemon that has one image. */
async function daemonWith(image: string) {
  const server = createServer(({ url = '' }, response) => {
    if (url.endsWith('/version')) response.end('{"Version":"28.0.0"}');
    else if (url.includes(`/images/${image}/json`)) response.end('{"Id":"x"}');
    else response.writeHead(404).end('{"message":"No such image"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { variables: { DOCKER_HOST: `tcp://127.0.0.1:${port}` }, homeDir: '/nowhere' };
}

it('asks for every image that runs may name', async () => {
  const docker = { images: ['here:1', 'away:1', 'away:2'], pull: 'never' } as const;
  expect(await checkDocker({ ...SETTINGS, docker }, await daemonWith('here:1'), NEVER)).toMatchObject([
    { kind: 'ok', detail: 'a daemon answers, version 28.0.0' },
    { kind: 'warning', detail: 'the image away:1 is not there, and is never pulled (setting docker.pull)' },
    { kind: 'warning', detail: 'the image away:2 is not there, and is never pulled (setting docker.pull)' },
  ]);
});

it('warns without a daemon, also of sandboxes where they are wanted', async () => {
  const [usual] = await checkDocker(SETTINGS, ABSENT, NEVER);
  expect(usual).toMatchObject({ kind: 'warning', detail: expect.stringMatching(/^No Docker .* on the node engine$/) });
  const [enterprise] = await checkDocker({ ...SETTINGS, sandboxes: 'on' }, ABSENT, NEVER);
  expect(enterprise?.detail).toMatch(/sandboxes need it \(setting sandboxes\)$/);
});

it('asks nothing where the engine is set to node, and warns of sandboxes that are wanted all the same', async () => {
  const detail = 'not asked, because the engine is set to node';
  expect(await checkDocker({ ...SETTINGS, engine: 'node' }, ABSENT, NEVER)).toEqual([
    { kind: 'ok', subject: 'Docker', detail },
  ]);
  expect(await checkDocker({ ...SETTINGS, engine: 'node', sandboxes: 'on' }, ABSENT, NEVER)).toMatchObject([
    { kind: 'warning', detail: `${detail}; so there are no sandboxes, which are on` },
  ]);
});

it('fails without a daemon where the engine is set to docker', async () => {
  expect(await checkDocker({ ...SETTINGS, engine: 'docker' }, ABSENT, NEVER)).toMatchObject([{ kind: 'failure' }]);
});
