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
/** Takes its own time, so that a wait for a container is not counted as one for calls. */
const PROGRAM = `const startedMs = Date.now(); for (let index = 0; index < ${CALLS}; index++) await mcp.lab.echo({ index }); return Date.now() - startedMs;`;
/** As many containers as the engine keeps. */
const AHEAD = 2;
const LOOK_MS = 10;
const DEADLINE_MS = 30_000;
const COMMAND = '`docker run` of the same image';
const ATTACH = 'bare attach stream, round trip';
const READY = 'codeloom, docker engine, containers ready';
const BACK_TO_BACK = 'codeloom, docker engine, back to back';
const DOCKER_CALL = 'codeloom, docker engine, one call of 100';
const NODE_CALL = 'codeloom, node engine, one call of 100';
const TEXT = 'x'.repeat(79).concat('\n');

export const dockerRun: BenchCase = {
  name: 'docker-run',
  title: 'Runs in containers',
  about: `\`return 1\` through the docker engine: the first run of a new Codeloom, runs that find containers ready, and runs one after the other, which wait for theirs; and a program that makes ${CALLS} calls, one after another, to an upstream over stdio and takes the time of them itself, of which a sample is the hundredth part. Beside \`docker run --rm\` of the same image with \`node -e 0\`; beside a round trip of 80 bytes over the daemon's attach stream to a container of that image that runs \`cat\`; and beside the same warm run and calls on the node engine.`,
  claims: [
    { name: 'containers ready, to docker run', of: [READY], to: [COMMAND], goal: 0.025 },
    { name: 'containers ready, to the node engine', of: [READY], to: ['codeloom, node engine, warm'], goal: 3 },
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
        const tookMs = await runOn(codeloom, engine, PROGRAM);
        return { overriddenDuration: Number(tookMs) / CALLS };
      };
      const ready = async () => {
        await settle(codeloom);
        const runMs = performance.now();
        await runOn(codeloom, 'docker', 'return 1');
        return { overriddenDuration: performance.now() - runMs };
      };
      const dockerCommand = ['run', '--rm', '--network', 'none', image, 'node', '-e', '0'];
      await lab.time(
        [
          { name: COMMAND, run: () => promisify(execFile)('docker', dockerCommand) },
          { name: READY, run: ready },
          { name: BACK_TO_BACK, run: async () => void (await runOn(codeloom, 'docker', 'return 1')) },
          { name: 'codeloom, node engine, warm', run: async () => void (await runOn(codeloom, 'node', 'return 1')) },
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

/** Resolves when the engine has the containers ready that it keeps. */
async function settle(codeloom: Codeloom): Promise<void> {
  const sinceMs = performance.now();
  while ((codeloom.health().engines?.docker?.ready ?? 0) < AHEAD) {
    if (performance.now() - sinceMs > DEADLINE_MS) throw new Error('No containers became ready.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Throws NotAvailable where there is no such engine here, which is not the case's fault. */
async function runOn(codeloom: Codeloom, engine: EngineChoice, code: string): Promise<unknown> {
  const end = await codeloom
    .execute({ code, engine, workspace: 'bench' }, new AbortController().signal)
    .catch((thrown: unknown) => {
      if (thrown instanceof Fault && thrown.code === 'ENGINE_UNAVAILABLE') throw new NotAvailable(thrown.message);
      throw thrown;
    });
  if (end.kind !== 'completed') throw new Error(`A program that should complete came to ${wordsOf(end)}.`);
  return end.result;
}

function wordsOf({ kind, error }: Outcome): string {
  return `${kind}: ${error?.message ?? ''}`;
}

await runAlone(dockerRun, { isMain: import.meta.main });
