/**
 * The battery: programs that go wrong, and how what came of it reads in one cell. Speed alone hides these differences.
 * Each is run by observe.ts in a process of its own.
 */
import type { Peer, PeerEnd, ToolStats } from '../peer.ts';

export interface Observation {
  readonly end: PeerEnd;
  readonly ms: number;
  readonly stats: ToolStats;
  /** How long the event loop of the process stood still at most. */
  readonly blockedMs: number;
  /** Whether `return 1` ran afterwards in the same session. */
  readonly isAliveAfter: boolean;
}

export interface Behaviour {
  readonly name: string;
  readonly program: (call: Peer['call']) => string;
  readonly cell: (seen: Observation) => string;
  /** True where the cell is what one would want. */
  readonly isGood: (seen: Observation) => boolean;
}

/** Where the program of the exact error line throws. */
const THROWN_ON = 7;

/** A run has 2 s to live. */
const EARLY_MS = 1_500;

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const hasEnded = ({ end, isAliveAfter }: Observation) => !end.isOk && isAliveAfter;
const ended = (seen: Observation) => {
  const blocked = seen.blockedMs > 500 ? `, host stood still ${seconds(seen.blockedMs)}` : '';
  const after = seen.isAliveAfter ? '' : ', no run possible afterwards';
  // What ends long before its time has a reason of its own.
  const why = seen.end.isOk || seen.ms > EARLY_MS ? '' : `: ${firstWords(seen.end.words)}`;
  return `${seen.end.isOk ? 'completed' : 'ended'} after ${seconds(seen.ms)}${blocked}${after}${why}`;
};
const endsQuietly = (seen: Observation) => hasEnded(seen) && seen.blockedMs < 500;

export const BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'type error caught before the run',
    program: (call) => `const count: number = 'two';\nawait ${call('echo', '{ count }')};\nreturn count;`,
    cell: ({ end, stats }) => (stats.calls > 0 ? 'ran, called the tool' : `refused: ${firstWords(end.words)}`),
    isGood: ({ end, stats }) => !end.isOk && stats.calls === 0 && /assignable|2322/.test(end.words),
  },
  { name: 'spin', program: () => 'while (true);', cell: ended, isGood: endsQuietly },
  { name: 'never-settling promise', program: () => 'await new Promise(() => {});', cell: ended, isGood: endsQuietly },
  { name: 'never-settling tool', program: (call) => `await ${call('never', '{}')};`, cell: ended, isGood: endsQuietly },
  {
    name: 'heap bomb',
    program: () => "const kept = []; for (;;) kept.push(new Array(100000).fill('x'));",
    cell: ended,
    isGood: endsQuietly,
  },
  {
    name: 'ArrayBuffer bomb',
    program: () =>
      'const kept = []; for (;;) { const buffer = new ArrayBuffer(0, { maxByteLength: 67108864 }); buffer.resize(67108864); new Uint8Array(buffer).fill(1); kept.push(buffer); }',
    cell: ended,
    isGood: endsQuietly,
  },
  {
    name: '2 GB of logs',
    program: () =>
      "const line = 'x'.repeat(1048576); for (let count = 0; count < 2048; count++) console.log(line); return 1;",
    cell: (seen) => `${ended(seen)}, ${Math.round(seen.end.logChars / 1024)} KB kept`,
    isGood: (seen) => seen.isAliveAfter && seen.blockedMs < 500 && seen.end.logChars < 4 * 1024 * 1024,
  },
  {
    name: '20 MB result',
    program: () => "return 'x'.repeat(20000000);",
    cell: (seen) =>
      seen.end.isOk
        ? `returned whole after ${seconds(seen.ms)}`
        : `refused after ${Math.round(seen.ms)} ms: ${firstWords(seen.end.words)}`,
    isGood: (seen) => hasEnded(seen) && seen.ms < 1000,
  },
  {
    name: 'exact error line',
    program: () => `const a = 1;\nconst b = a + 1;${'\n'.repeat(THROWN_ON - 2)}throw new Error('thrown ' + b);`,
    cell: ({ end }) => {
      const line = firstLine(end.words);
      return line === undefined
        ? `no line told: ${firstWords(end.words)}`
        : `told line ${line}, thrown in line ${THROWN_ON}`;
    },
    isGood: ({ end }) => firstLine(end.words) === THROWN_ON,
  },
  {
    name: 'unawaited call reported',
    program: (call) => `${call('wait', '{}')};\nreturn 1;`,
    cell: ({ end }) =>
      /unawaited|not awaited|pending/i.test(end.words)
        ? 'reported'
        : end.isOk
          ? 'not reported'
          : `ended: ${firstWords(end.words)}`,
    isGood: ({ end }) => /unawaited|not awaited|pending/i.test(end.words),
  },
  {
    name: 'ten calls truly parallel',
    program: (call) => `return (await Promise.all(Array.from({ length: 10 }, () => ${call('wait', '{}')}))).length;`,
    cell: ({ stats, ms, end }) =>
      end.isOk ? `${stats.mostInFlight} at a time, ${Math.round(ms)} ms` : `ended: ${firstWords(end.words)}`,
    isGood: ({ stats, end }) => end.isOk && stats.mostInFlight === 10,
  },
];

/** The first position in the words: of a frame of a stack, or a line that is named. */
function firstLine(words: string): number | undefined {
  const [, frame, paren, field] = /:(\d+):\d+|:(\d+)\)|\bline"?:? ?(\d+)/.exec(words) ?? [];
  const text = frame ?? paren ?? field;
  return text === undefined ? undefined : Number(text);
}

function firstWords(words: string): string {
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(words)?.[1] ?? words;
  const [first = ''] = message.replaceAll(/\s+/g, ' ').split(/(?<=[.!]) /);
  return first.length <= 90 ? first : `${first.slice(0, 90)}…`;
}
