/** Runs in containers, through the public API alone: available once this version and this machine have the engine. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EngineChoice } from '../../../src/base/config.ts';
import { buildCodeloom, type Codeloom, defaultSettings, Fault, type Outcome } from '../../../src/index.ts';
import { type BenchCase, NotAvailable } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { type BareAttach, openBareAttach } from '../../parts/bare/bare-attach.ts';
import { toolServerCommand } from '../../parts/mcp.ts';

const CALLS = 100;
const PROGRAM = `for (let index = 0; index < ${CALLS}; index++) await mcp.lab.echo({ index });`;
const COMMAND = '`docker run` of the same image';
const ATTACH = 'bare attach stream, round trip';
const WARM = 'codeloom, docker engine, warm';
const DOCKER_CALL = 'codeloom, docker engine, one call of 100';
const NODE_CALL = 'codeloom, node engine, one call of 100';
const TEXT = 'x'.repeat(79).concat('\n');

export const dockerRun: BenchCase = {
  name: 'docker-run',
  title: 'Runs in containers',
  about: `\`return 1\` through the docker engine: the first run of a new Codeloom, and warm runs; and a program with ${CALLS} calls, one after another, to an upstream over stdio, of which a sample is the hundredth part. Beside \`docker run --rm\` of the same image with \`node -e 0\`; beside a round trip of 80 bytes over the daemon's attach stream to a container of that image that runs \`cat\`; and beside the same warm run and calls on the node engine.`,
  claims: [
    { name: 'warm, to docker run', of: [WARM], to: [COMMAND], goal: 0.025 },
    { name: 'warm, to the node engine', of: [WARM], to: ['codeloom, node engine, warm'], goal: 3 },
    {
      name: 'a call, to a bare attach stream and the same call on the node engine',
      of: [DOCKER_CALL],
      to: [ATTACH, NODE_CALL],
    },
  ],
  measure: async (lab) => {
    const settings = defaultSettings({ logLevel: 'silent' });
    const [image = ''] = settings.docker.images;
    const [command = '', ...args] = [process.execPath, ...toolServerCommand()];
    const upstreams = [{ name: 'lab', transport: { kind: 'stdio' as const, command, args, env: {} } }];
    const codeloom = buildCodeloom({ ...settings, upstreams });
    let attach: BareAttach | undefined;
    try {
      const startedMs = performance.now();
      await runOn(codeloom, 'docker', 'return 1');
      lab.record('codeloom, docker engine, first run', 'ms', [performance.now() - startedMs]);
      const echo = await openBareAttach(image);
      attach = echo;
      const callsOn = (engine: EngineChoice) => async () => {
        const callsMs = performance.now();
        await runOn(codeloom, engine, PROGRAM);
        return { overriddenDuration: (performance.now() - callsMs) / CALLS };
      };
      const dockerCommand = ['run', '--rm', '--network', 'none', image, 'node', '-e', '0'];
      await lab.time(
        [
          { name: COMMAND, run: () => promisify(execFile)('docker', dockerCommand) },
          { name: WARM, run: () => runOn(codeloom, 'docker', 'return 1') },
          { name: 'codeloom, node engine, warm', run: () => runOn(codeloom, 'node', 'return 1') },
          { name: DOCKER_CALL, run: callsOn('docker') },
          { name: NODE_CALL, run: callsOn('node') },
          { name: ATTACH, run: () => echo.roundTrip(TEXT) },
        ],
        { iterations: lab.count(20, 1), warmup: lab.count(3, 0) },
      );
    } finally {
      await attach?.close();
      await codeloom.close();
    }
  },
};

/** Throws NotAvailable where there is no such engine here, which is not the case's fault. */
async function runOn(codeloom: Codeloom, engine: EngineChoice, code: string): Promise<void> {
  const end = await codeloom
    .execute({ code, engine, workspace: 'bench' }, new AbortController().signal)
    .catch((thrown: unknown) => {
      if (thrown instanceof Fault && thrown.code === 'ENGINE_UNAVAILABLE') throw new NotAvailable(thrown.message);
      throw thrown;
    });
  if (end.kind !== 'completed') throw new Error(`A program that should complete came to ${wordsOf(end)}.`);
}

function wordsOf({ kind, error }: Outcome): string {
  return `${kind}: ${error?.message ?? ''}`;
}

await runAlone(dockerRun, { isMain: import.meta.main });
