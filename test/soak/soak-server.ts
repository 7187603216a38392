/**
 * The server that is soaked: `codeloom serve` over HTTP in a process of its own, with a real upstream from npm, an honest
 * one of ours, and one for every way in which upstreams misbehave during calls. Knows what may be read of it from outside.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { commandOf, descendantsOf, descriptorsOf, type LiveServer, startServer } from '../attack/server/live-server.ts';

/** What a server holds, after its garbage was collected. */
export interface Holdings {
  readonly heapMb: number;
  readonly externalMb: number;
  readonly residentMb: number;
  readonly timers: number;
  readonly descriptors: number;
  readonly workers: number;
  /** Children that are no workers: upstreams, compilers, the bundler. */
  readonly others: number;
  readonly containers: number;
}

export interface SoakServer {
  readonly live: LiveServer;
  readonly hasDocker: boolean;
  holdings(): Promise<Holdings>;
  /** Ends it; resolves with what outlived it: processes and containers, in words. */
  end(): Promise<readonly string[]>;
}

/** Behaviours of test/attack/fixtures/misbehaving-upstream.ts that come at a call, and are over with it. */
export const MISBEHAVIOURS = [
  'silent',
  'answers-twice',
  'answers-others',
  'no-result',
  'error-words',
  'asks-without-end',
  'notifies',
  'lists-changed',
  'huge-result',
  'huge-error',
  'huge-structure',
  'line-without-end',
  'noise',
  'invalid-bytes',
  'batch',
] as const;

const MB = 1024 * 1024;
const EVERYTHING = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
const PRELOAD = new URL('./gc-on-signal.ts', import.meta.url).href;
const KIT = JSON.stringify({
  tools: ['echo', 'fail'],
  results: { fail: { isError: true, content: [{ type: 'text', text: 'It broke.' }] } },
});

/** Sessions that nobody ends are let go of soon, and upstreams that never answer are not waited for. */
const LIMITS = { workspaceIdleMs: 5_000, callMs: 3_000, heapMb: 64 };

export async function startSoakServer(hasDocker: boolean): Promise<SoakServer> {
  const live = await startServer({
    engine: hasDocker ? 'auto' : 'node',
    servers: { everything: { command: process.execPath, args: [EVERYTHING] } },
    upstreams: {
      kit: ['../../attack/fixtures/scripted-upstream', KIT],
      ...Object.fromEntries(
        MISBEHAVIOURS.map((name) => [name, ['../../attack/fixtures/misbehaving-upstream', name] as const]),
      ),
    },
    settings: { limits: LIMITS },
    nodeFlags: ['--expose-gc', '--import', PRELOAD],
  });
  if (live.child.stderr === null) throw new Error('The server has no stderr.');
  const lines = createInterface({ input: live.child.stderr });
  const containers = () => (hasDocker ? containersOf(live.pid) : []);
  return {
    live,
    hasDocker,
    holdings: async () => {
      const told = nextReading(lines);
      live.child.kill('SIGUSR2');
      const reading = await Promise.race([told, live.exited.then(() => undefined)]);
      if (reading === undefined) throw new Error(`The server has ended: ${live.log().slice(-2_000)}`);
      const commands = descendantsOf(live.pid).map(commandOf);
      const workers = commands.filter((command) => command.includes('isolate-worker')).length;
      return {
        heapMb: reading.heapBytes / MB,
        externalMb: reading.externalBytes / MB,
        residentMb: reading.rssBytes / MB,
        timers: reading.timers,
        descriptors: descriptorsOf(live.pid),
        workers,
        others: commands.length - workers,
        containers: containers().length,
      };
    },
    end: async () => {
      const processes = await live.end();
      return [...processes.map((pid) => `process ${pid} ${commandOf(pid)}`), ...containers()];
    },
  };
}

interface Reading {
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly rssBytes: number;
  readonly timers: number;
}

/** See gc-on-signal.ts. */
async function nextReading(lines: ReturnType<typeof createInterface>): Promise<Reading> {
  for (;;) {
    const [line] = (await once(lines, 'line')) as [string];
    if (line.startsWith('soak {')) return JSON.parse(line.slice('soak '.length)) as Reading;
  }
}

/** Containers are labelled with the process that made them. */
function containersOf(pid: number): readonly string[] {
  const format = 'container {{.ID}} {{.Label "io.codeloom.process"}}';
  const args = ['ps', '--all', '--filter', 'label=io.codeloom.process', '--format', format];
  const listed = execFileSync('docker', args, { encoding: 'utf8' });
  return listed.split('\n').filter((line) => line.includes(` ${pid}@`));
}
