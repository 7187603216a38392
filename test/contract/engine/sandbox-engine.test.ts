/** A long-lived sandbox keeps the contract of engines for the programs that run in it, one after the other. */

import type { SandboxSession } from '../../../src/engine/docker/session/sandbox-session.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { missingDocker } from '../../docker/local-docker.ts';
import { makeDockerEngine } from '../../docker/local-engine.ts';
import { engineContract } from './engine-contract.ts';

const NEVER = new AbortController().signal;

function makeSandboxEngine(): Engine {
  const docker = makeDockerEngine();
  let session: Promise<SandboxSession> | undefined;
  return {
    name: 'docker',
    isolation: 'container',
    warm: () => {},
    run: async (job, callTool, signal) => {
      session ??= docker.sandboxes.open({ workspace: 'contract' }, NEVER);
      return docker.sandboxes.engineOf(await session).run(job, callTool, signal);
    },
    health: () => docker.health(),
    close: () => docker.close(),
  };
}

engineContract('long-lived sandbox as an', makeSandboxEngine, missingDocker());
