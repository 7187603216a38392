/** An honest run beside hostile ones: what one client can take from another. */
import type { BenchCase, Lab } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { percentile } from '../../harness/statistics.ts';
import { catalogOf, plainServer } from '../../parts/catalogs.ts';
import { type House, openHouse } from '../../parts/house.ts';

const HONEST = `const rows = Array.from({ length: 1_000 }, (_, id) => ({ id, key: (id * 7_919) % 1_000 }));
for (let call = 0; call < 5; call += 1) await mcp.lab.answer({ call });
return rows.sort((a, b) => a.key - b.key)[0].id;`;

interface Hostile {
  readonly name: string;
  readonly program: string;
  /** Runs at a time. */
  readonly runs: number;
}

/** Each says that it has begun, so that nothing is timed before. */
const hostile = (name: string, program: string, runs = 1): Hostile => ({
  name,
  program: `await mcp.lab.begun({}); ${program}`,
  runs,
});

const CLASSES: readonly Hostile[] = [
  hostile('a spin', 'for (;;);'),
  hostile('a heap bomb', 'const a = []; for (;;) a.push({ a: [1, 2, 3] });'),
  hostile('a buffer bomb', 'const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));'),
  hostile('a flood of logs', 'for (;;) console.log("x".repeat(1_000));'),
  hostile(
    'a storm of tool calls',
    'for (;;) await Promise.all(Array.from({ length: 100 }, (_, n) => mcp.lab.answer({ n })));',
  ),
  hostile('four spins', 'for (;;);', 4),
  hostile('1,000 waiting runs', 'await mcp.lab.hold({});', 1_000),
];

/** What one hostile run may take before it is ended and the next begins. */
const HOSTILE_MS = 3_000;
const SMOKE_MS = 500;
/** Those that wait go on to the end, and are more than can be begun anew in the meantime. */
const MANY = 100;
const WAITING_MS = 120_000;
const ALONE = 'alone';
const P95 = ', p95';

export const besideHostile: BenchCase = {
  name: 'beside-hostile',
  title: 'An honest run beside hostile ones',
  about: `A program that sorts 1,000 rows and calls a tool five times, cached, run by one client again and again: alone, and while another client keeps a hostile run going, or several (each ended after ${HOSTILE_MS / 1000} s at the latest, by whichever limit is first, and begun anew). Limits are the defaults, but toolCalls, concurrentRuns and queuedRuns are raised for the storm of calls and the waiting runs. A machine with two cores has one for each where there is one hostile run.`,
  claims: CLASSES.flatMap(({ name }) => [
    { name: `beside ${name}, to alone`, of: [name], to: [ALONE], target: 3 },
    { name: `beside ${name}, p95 to p95 alone`, of: [name + P95], to: [ALONE + P95], target: 3 },
  ]),
  measure: async (lab) => {
    for (const hostile of [undefined, ...CLASSES]) {
      const name = hostile?.name ?? ALONE;
      const samples = await sampleBeside(lab, hostile);
      lab.record(name, 'ms', samples);
      lab.record(name + P95, 'ms', [percentile(samples, 0.95)]);
    }
  },
};

/** Times of honest runs, one after another, in a house of their own, with nothing or the hostile beside them. */
async function sampleBeside(lab: Lab, hostile: Hostile | undefined): Promise<readonly number[]> {
  const held = Promise.withResolvers<void>();
  const allBegun = Promise.withResolvers<void>();
  const runs = lab.isSmoke ? Math.min(4, hostile?.runs ?? 0) : (hostile?.runs ?? 0);
  let begun = 0;
  const house = openHouse({
    limits: { toolCalls: 100_000, concurrentRuns: 10_000, queuedRuns: 10_000 },
    catalog: catalogOf(plainServer('lab', ['answer', 'begun', 'hold'])),
    callTool: async ({ tool }) => {
      if (tool.name === 'begun') begun += 1;
      if (begun >= runs) allBegun.resolve();
      if (tool.name === 'hold') await held.promise;
      return { kind: 'value', value: null };
    },
  });
  const honest = () => house.run(HONEST, { workspace: 'honest' });
  // What is made or filled once is no part of the figure.
  for (let turn = 0; turn < lab.count(20, 2); turn += 1) await honest();
  let isOver = false;
  const going =
    hostile === undefined
      ? []
      : Array.from({ length: runs }, () => keepGoing(house, hostile, { isOver: () => isOver, isSmoke: lab.isSmoke }));
  if (hostile !== undefined) await allBegun.promise;
  const samples: number[] = [];
  for (let turn = 0; turn < lab.count(300, 5); turn += 1) {
    const startedMs = performance.now();
    await honest();
    samples.push(performance.now() - startedMs);
  }
  isOver = true;
  held.resolve();
  await Promise.all(going);
  await house.close();
  return samples;
}

/** Whatever comes of each. */
async function keepGoing(
  house: House,
  { program, runs }: Hostile,
  { isOver, isSmoke }: { isOver(): boolean; readonly isSmoke: boolean },
): Promise<void> {
  const endingMs = isSmoke ? SMOKE_MS : HOSTILE_MS;
  const request = { workspace: 'hostile', typecheck: false, timeoutMs: runs > MANY ? WAITING_MS : endingMs };
  while (!isOver()) await house.outcomeOf(program, request).catch(() => {});
}

await runAlone(besideHostile, { isMain: import.meta.main });
