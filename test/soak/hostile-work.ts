/**
 * Hostile programs, from the case tables of test/attack, with what each must come to. Beside the outcome of its table,
 * meeting a deadline is always right: the machine is busy, and no deadline is a success that did not happen.
 */
import { HOOK_CASES, SCOPE_CASES } from '../attack/escape/language-cases.ts';
import { REALM_CASES } from '../attack/escape/realm-cases.ts';
import { firstOfEach } from '../attack/fixtures/first-of-each.ts';
import { AFTER_RETURN } from '../attack/lifetime/after-return.ts';
import { ANSWERED_CASES, BUILTIN_CASES, HIDDEN_CASES, LOOP_CASES } from '../attack/liveness/spin-cases.ts';
import {
  BUFFER_CASES,
  HEAP_CASES,
  OUTPUT_CASES as LARGE_OUTPUT_CASES,
  SLOW_CASES,
} from '../attack/memory/bomb-cases.ts';
import { OUTPUT_CASES } from '../attack/output/output-cases.ts';
import { MISBEHAVIOURS } from './soak-server.ts';

export interface HostileWork {
  readonly title: string;
  readonly program: string;
  readonly timeoutMs: number;
  /** What the outcome must match where it meets no deadline; absent where the table tells it in other words. */
  readonly outcome?: object;
}

type Case = Pick<HostileWork, 'title' | 'program' | 'outcome'>;

/** Told by a limit that is not the soak's, or in a matcher of Vitest that works within its tests alone. */
const TOLD_ELSEWHERE = /^36: |is more than its memory, where/;

const within = (timeoutMs: number, cases: readonly Case[]): readonly HostileWork[] =>
  cases.map(({ title, program, outcome }) => ({
    ...{ title, program, timeoutMs },
    ...(outcome === undefined || TOLD_ELSEWHERE.test(title) ? {} : { outcome }),
  }));

const upstreamCases = MISBEHAVIOURS.map((name) => ({
  title: `110: an upstream: ${name}`,
  program: `const { work, count } = mcp[${JSON.stringify(name)}]; await work({}).catch(() => {}); return await count({})`,
}));

const STORM: Case = {
  title: 'a storm of tool calls',
  program:
    'for (let n = 0; n < 10; n++) await Promise.all(Array.from({ length: 50 }, (_, at) => mcp.kit.echo({ n, at }))); return 1',
  outcome: { kind: 'completed', result: 1 },
};

/** All but what asks an upstream to misbehave. */
const PROGRAMS: readonly HostileWork[] = [
  ...within(1_000, [...LOOP_CASES, ...BUILTIN_CASES, ...HIDDEN_CASES, ...ANSWERED_CASES]),
  ...within(4_000, [...HEAP_CASES, ...BUFFER_CASES, ...LARGE_OUTPUT_CASES]),
  ...within(1_000, SLOW_CASES),
  ...within(
    4_000,
    OUTPUT_CASES.map(({ title, program }) => ({ title, program })),
  ),
  ...within(4_000, [...AFTER_RETURN, STORM]),
  ...within(
    3_000,
    [...REALM_CASES, ...HOOK_CASES, ...SCOPE_CASES].map(({ title, program, isolate }) => ({
      title,
      program,
      outcome: isolate,
    })),
  ),
];

/** So that a short soak has some of each sort: neighbours in a table are alike. */
const STRIDE = 37;

export const HOSTILE_PROGRAMS: readonly HostileWork[] = PROGRAMS.map(
  (work, at) => PROGRAMS[(at * STRIDE) % PROGRAMS.length] ?? work,
);

export const HOSTILE_UPSTREAMS: readonly HostileWork[] = within(8_000, upstreamCases);

/** Node is in scope there, so only that they end is told; and forged frames on every descriptor there is. */
export const HOSTILE_CONTAINERS: readonly HostileWork[] = [
  ...within(2_000, firstOfEach([...LOOP_CASES, ...HEAP_CASES, ...BUFFER_CASES], 1)).map(({ outcome, ...rest }) => rest),
  ...within(2_000, [
    {
      title: '82: forged frames on every descriptor',
      program: `const { writeSync } = await import('node:fs');
for (let fd = 1; fd < 40; fd++) try { writeSync(fd, '\\0\\0\\0\\x20{"kind":"result","run":1}') } catch {}
await sleep(50); return 1`,
    },
  ]),
];
