/**
 * A soak: a real server under mixed honest and hostile load for so long, then a look at what it holds. Called by soak.ts
 * (`npm run soak`) and, with little time, by soak.test.ts. Says what was wrong; judges nothing by the clock.
 */
import { ERAS } from '../unit/server/clients.ts';
import { honestClient, hostileClient, rudeClient, type Tally } from './clients.ts';
import { HOSTILE_CONTAINERS, HOSTILE_PROGRAMS, HOSTILE_UPSTREAMS } from './hostile-work.ts';
import { type Holdings, type SoakServer, startSoakServer } from './soak-server.ts';

/** The only place where its length stands. */
export const SOAK_SECONDS = { full: 30 * 60, short: 45 } as const;
/** Load before the first look, until whatever is loaded, connected or filled once has been. */
const WARM_UP_SHARE = 1 / 3;
const MAX_WARM_UP_SECONDS = 60;
const REPORT_MS = 10_000;
/** Connections that clients keep, sessions that nobody ended and workers on their way out are gone after this. */
const SETTLE_MS = 30_000;
const LOOK_MS = 500;

/**
 * How much more of each a server may hold at the end. Workers: as many as the pool keeps while it is in use, and those
 * that are packed; each has four descriptors here, and a watched timer. The heap: caches that are bounded, and fill up.
 * Resident memory goes up and down by hundreds of megabytes, because upstreams send messages of 100 MB and the allocator
 * hands back what it likes; a leak of ours shows in the heap and in what is external to it long before.
 */
export const SLACK: Holdings = {
  heapMb: 24,
  externalMb: 16,
  residentMb: 400,
  timers: 12,
  descriptors: 40,
  workers: 6,
  others: 1,
  containers: 1,
};

export interface SoakReport {
  readonly tally: Tally;
  readonly before: Holdings;
  readonly after: Holdings;
  /** Which holdings have grown beyond the slack. */
  readonly grown: readonly string[];
  /** Processes and containers that outlived the server. */
  readonly left: readonly string[];
}

export interface SoakOptions {
  readonly seconds: number;
  readonly hasDocker: boolean;
  /** Told of how it goes, a line at a time. */
  onProgress?(line: string): void;
}

export async function runSoak({ seconds, hasDocker, onProgress = () => {} }: SoakOptions): Promise<SoakReport> {
  const server = await startSoakServer(hasDocker);
  const tally: Tally = { honest: 0, hostile: 0, rude: 0, wrong: [] };
  const startedMs = performance.now();
  let told = 0;
  const say = (what: string) => {
    // At once, so that it is known of a soak too that nobody let come to its end.
    for (const each of tally.wrong.slice(told)) onProgress(`  wrong: ${each}`);
    told = tally.wrong.length;
    onProgress(
      `[${Math.round((performance.now() - startedMs) / 1000)} s] ${tally.honest} honest, ${tally.hostile} hostile, ${tally.rude} rude, ${tally.wrong.length} wrong; ${what}`,
    );
  };
  try {
    const warmUp = Math.min(MAX_WARM_UP_SECONDS, seconds * WARM_UP_SHARE);
    await connectAll(server, tally);
    await load(server, tally, warmUp, 0);
    const before = await settled(server);
    say(`before: ${inWords(before)}`);
    const reports = setInterval(
      () =>
        void server.holdings().then(
          (held) => say(inWords(held)),
          () => {},
        ),
      REPORT_MS,
    );
    await load(server, tally, seconds - warmUp, Math.floor(HOSTILE_PROGRAMS.length / 3)).finally(() =>
      clearInterval(reports),
    );
    const after = await settled(server, before);
    say(`after: ${inWords(after)}`);
    return { tally, before, after, grown: growth(before, after), left: await server.end() };
  } catch (error) {
    await server.end();
    throw error;
  }
}

/** Upstreams are started by the first run that names them, and stay. */
async function connectAll({ live: { url, port } }: SoakServer, tally: Tally): Promise<void> {
  const loop = { url, port, tally, signal: new AbortController().signal };
  await hostileClient(loop, HOSTILE_UPSTREAMS, { engine: 'node', turns: HOSTILE_UPSTREAMS.length });
}

/** All clients at once; resolves when each has finished the turn that it was in. */
async function load(server: SoakServer, tally: Tally, seconds: number, from: number): Promise<void> {
  const { url, port } = server.live;
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), seconds * 1000);
  const loop = { url, port, tally, signal: end.signal };
  const half = Math.floor(HOSTILE_PROGRAMS.length / 2);
  const clients = [
    ...ERAS.map((era) => honestClient(loop, era, 'node')),
    hostileClient(loop, HOSTILE_PROGRAMS, { engine: 'node', from }),
    hostileClient(loop, HOSTILE_PROGRAMS, { engine: 'node', from: from + half }),
    hostileClient(loop, HOSTILE_UPSTREAMS, { engine: 'node' }),
    rudeClient(loop),
    ...(server.hasDocker
      ? [honestClient(loop, '2025', 'docker'), hostileClient(loop, HOSTILE_CONTAINERS, { engine: 'docker', from })]
      : []),
  ];
  try {
    await Promise.all(clients);
  } finally {
    end.abort();
    clearTimeout(timer);
  }
}

/** What the server holds when it has come to rest: as little as in `before` and the slack, or what it is stuck at. */
async function settled(server: SoakServer, before?: Holdings): Promise<Holdings> {
  const untilMs = performance.now() + SETTLE_MS;
  let last = await server.holdings();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await server.holdings();
    const isStill = now.descriptors === last.descriptors && server.live.connections() === 0;
    if (performance.now() > untilMs || (isStill && (before === undefined || growth(before, now).length === 0)))
      return now;
    last = now;
  }
}

function growth(before: Holdings, after: Holdings): readonly string[] {
  const names = Object.keys(SLACK) as (keyof Holdings)[];
  return names
    .filter((name) => after[name] > before[name] + SLACK[name])
    .map((name) => `${name}: ${shown(before[name])} before, ${shown(after[name])} after, slack ${SLACK[name]}`);
}

function inWords(held: Holdings): string {
  return Object.entries(held)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(', ');
}

function shown(value: number): string {
  return String(Math.round(value * 10) / 10);
}
