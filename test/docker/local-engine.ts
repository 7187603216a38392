/** A docker engine on the daemon of this machine, as the tests that need one make it. */
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { DockerSettings } from '../../src/base/config.ts';
import { resolveLimits } from '../../src/base/limits.ts';
import { createLog } from '../../src/base/log.ts';
import {
  createDockerEngine,
  type DockerEngine,
  type DockerEngineOptions,
} from '../../src/engine/docker/docker-engine.ts';
import { BASE_IMAGE } from './local-docker.ts';

export const RUNTIME_DIR = fileURLToPath(new URL('../../dist/sandbox-runtime/', import.meta.url));
export const ENVIRONMENT = { variables: process.env, homeDir: homedir() };
const SETTINGS: DockerSettings = { images: [BASE_IMAGE], pull: 'never' };

export function makeDockerEngine(
  options: Partial<Omit<DockerEngineOptions, 'settings'>> & { readonly settings?: Partial<DockerSettings> } = {},
): DockerEngine {
  return createDockerEngine({
    runtimeDir: RUNTIME_DIR,
    limits: resolveLimits(),
    log: createLog('silent'),
    environment: ENVIRONMENT,
    ...options,
    settings: { ...SETTINGS, ...options.settings },
  });
}
