import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { containersOf } from '../../docker/describe-with-docker.ts';
import { missingDocker, REPOSITORY } from '../../docker/local-docker.ts';

// Closes its engine after as many milliseconds as it is told, in the middle of whatever goes on then.
const CLOSES = `
import { makeDockerEngine } from './test/docker/local-engine.ts';
const [, instanceId, ms] = process.argv;
const engine = makeDockerEngine({ instanceId });
engine.warm();
await new Promise((resolve) => setTimeout(resolve, Number(ms)));
await engine.close();`;

const missing = missingDocker();
describe.skipIf(missing !== undefined)(
  `an engine that is closed early${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    it.each([0, 5, 20, 60, 120, 250, 400])(
      'after %i ms leaves no container, and nothing that keeps the process alive',
      async (ms) => {
        const instanceId = `early-${process.pid}-${ms}`;
        const args = ['--input-type=module', '--eval', CLOSES, instanceId, String(ms)];
        const child = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: ['ignore', 'ignore', 'inherit'] });
        const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(15_000) }).finally(() =>
          child.kill('SIGKILL'),
        );
        expect(code).toBe(0);
        expect(await containersOf(instanceId)).toEqual([]);
      },
    );
  },
);
