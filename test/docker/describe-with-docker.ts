/** A suite with a docker engine of its own on this machine's daemon; fails where the engine leaves a container behind. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { DockerEngine } from '../../src/engine/docker/docker-engine.ts';
import { type Bench, createBench } from '../contract/engine/bench.ts';
import { docker, missingDocker } from './local-docker.ts';
import { makeDockerEngine } from './local-engine.ts';

export interface DockerSuite {
  readonly bench: Bench;
  readonly engine: DockerEngine;
}

export function describeWithDocker(
  title: string,
  body: (suite: () => DockerSuite) => void,
  options: Parameters<typeof makeDockerEngine>[0] = {},
): void {
  const missing = missingDocker();
  describe.skipIf(missing !== undefined)(`${title}${missing ? ` (skipped: ${missing})` : ''}`, () => {
    let suite: DockerSuite | undefined;
    beforeAll(() => {
      const engine = makeDockerEngine(options);
      suite = { engine, bench: createBench(engine) };
    });
    afterAll(async () => {
      await suite?.bench.close();
      expect(await containersOf(suite?.engine.instanceId ?? '')).toEqual([]);
    });
    body(() => {
      if (suite === undefined) throw new Error('The suite has not begun.');
      return suite;
    });
  });
}

/** Ids of an instance's containers, running or not. */
export async function containersOf(instanceId: string): Promise<readonly string[]> {
  const ids = await docker(
    'ps',
    '--all',
    '--quiet',
    '--no-trunc',
    '--filter',
    `label=io.codeloom.instance=${instanceId}`,
  );
  return ids === '' ? [] : ids.split('\n');
}
