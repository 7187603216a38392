/**
 * Child process: runs one program of the battery in one peer, both named by argv, and prints what was seen as JSON. Its
 * parent owns the deadline and the cap on memory; a process that does not live to print is an observation too.
 */
import { loadPeer } from '../all-peers.ts';
import { createLabTools, failed } from '../peer.ts';
import { BEHAVIOURS } from './behaviours.ts';

const TIMEOUT_MS = 2_000;
const TICK_MS = 10;

const [peerName = '', at = ''] = process.argv.slice(2);
const behaviour = BEHAVIOURS[Number(at)];
if (behaviour === undefined) throw new Error(`There is no behaviour ${at}.`);

const peer = await loadPeer(peerName);
const tools = createLabTools(null);
const session = await peer.open({ tools, timeoutMs: TIMEOUT_MS });
await session.run('return 1;');
Object.assign(tools.stats, { calls: 0, mostInFlight: 0 });

const pulse = watchPulse();
const startedMs = performance.now();
const end = await session.run(behaviour.program(peer.call)).catch((thrown: unknown) => failed(thrown));
const ms = performance.now() - startedMs;
const blockedMs = pulse();
const stats = { ...tools.stats };
const isAliveAfter = await session.run('return 1;').then(
  ({ isOk }) => isOk,
  () => false,
);
const seen = { end: { ...end, value: undefined }, ms, stats, blockedMs, isAliveAfter };
const answer = { cell: behaviour.cell(seen), isGood: behaviour.isGood(seen) };
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.kill(process.pid, 'SIGKILL'));

/** Gives, when asked, the longest time in which a timer of 10 ms did not come round. */
function watchPulse(): () => number {
  let lastMs = performance.now();
  let longestMs = 0;
  const beat = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - lastMs - TICK_MS);
    lastMs = now;
  };
  const timer = setInterval(beat, TICK_MS);
  return () => {
    clearInterval(timer);
    beat();
    return longestMs;
  };
}
