/**
 * Child process: times one peer at one thing, both named by argv, and prints a report as every case does. The peer's own
 * first run is what it takes from nothing; the rest is warm.
 */
import type { BenchCase, Lab } from '../harness/bench-case.ts';
import { runAlone } from '../harness/run-case.ts';
import { CPU_JOB } from '../parts/cpu-job.ts';
import { payloadOf } from '../parts/payloads.ts';
import { loadPeer } from './all-peers.ts';
import { createLabTools, type Peer, type PeerSession } from './peer.ts';

const TIMEOUT_MS = 20_000;

/** The program, how often it is run, and what its time is divided by. */
function planOf(name: string, { call }: Peer): { program: string; iterations: number; share: number } {
  const inTurns = `for (let index = 0; index < 100; index++) await ${call('echo', '{ index }')};\nreturn 1;`;
  const atOnce = (count: number, one: string) =>
    `return (await Promise.all(Array.from({ length: ${count} }, (_, index) => ${one}))).length;`;
  const plans = new Map([
    ['first run', { program: 'return 1;', iterations: 1, share: 1 }],
    ['warm run', { program: 'return 1;', iterations: 100, share: 1 }],
    ['one call of 100 in sequence', { program: inTurns, iterations: 20, share: 100 }],
    ['one call of 100 in parallel', { program: atOnce(100, call('echo', '{ index }')), iterations: 20, share: 100 }],
    ['ten calls of 50 ms', { program: atOnce(10, call('wait', '{}')), iterations: 10, share: 1 }],
    ['1 MB tool result', { program: `return (await ${call('fetch', '{}')}).items.length;`, iterations: 10, share: 1 }],
    ['processor job', { program: CPU_JOB, iterations: 5, share: 1 }],
  ]);
  const plan = plans.get(name);
  if (plan === undefined) throw new Error(`There is no measurement ${name}.`);
  return plan;
}

async function runOk(session: PeerSession, program: string): Promise<void> {
  const end = await session.run(program);
  if (!end.isOk) throw new Error(end.words.slice(0, 200));
}

async function measure(lab: Lab, peerName: string, name: string): Promise<void> {
  const startedMs = performance.now();
  const peer = await loadPeer(peerName);
  const { program, iterations, share } = planOf(name, peer);
  const session = await peer.open({ tools: createLabTools(payloadOf(1_000_000)), timeoutMs: TIMEOUT_MS });
  await runOk(session, program);
  if (name === 'first run') return lab.record(name, 'ms', [performance.now() - startedMs]);
  const run = async () => {
    const runMs = performance.now();
    await runOk(session, program);
    return { overriddenDuration: (performance.now() - runMs) / share };
  };
  await lab.time([{ name, run }], { iterations: lab.count(iterations, 2), warmup: lab.count(3, 0) });
  await session.close();
}

const [peerName = '', name = ''] = process.argv.slice(2);
const speed: BenchCase = {
  name: peerName,
  title: peerName,
  about: name,
  claims: [],
  measure: (lab) => measure(lab, peerName, name),
};

await runAlone(speed, { isMain: import.meta.main });
