import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/base/log.ts';
import { type DaemonState, DaemonWatch } from '../../src/engine/docker/daemon/daemon-watch.ts';
import { BASE_IMAGE, docker, missingDocker } from './local-docker.ts';
import { ENVIRONMENT } from './local-engine.ts';

const missing = missingDocker();
describe.skipIf(missing !== undefined)(`requests to the daemon${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('name the version of its API, because one without is answered as by a daemon of long ago', async () => {
    const up = Promise.withResolvers<Extract<DaemonState, { kind: 'up' }>>();
    const onChange = (state: DaemonState) => state.kind === 'up' && up.resolve(state);
    const watch = new DaemonWatch({
      environment: ENVIRONMENT,
      images: [BASE_IMAGE],
      log: createLog('silent'),
      onChange,
    });
    watch.start();
    const { daemon } = await up.promise;
    watch.close();
    expect(daemon.docker.modem).toHaveProperty(
      'version',
      `v${await docker('version', '--format', '{{.Server.APIVersion}}')}`,
    );
  });
});
