/**
 * Every cap in the house, in one table: name, unit, default, and the range an operator may choose from.
 * The unit is in the name. Rooms receive a resolved `Limits` and never read the table themselves.
 */
import { Fault } from './fault.ts';
import { nearestHint } from './nearest.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const SHOWN_CHARS = 40;

interface LimitRow {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly caps: string;
}

export const LIMIT_TABLE = {
  wallMs: { default: 30_000, min: 1_000, max: 120_000, caps: 'wall time of one run' },
  cpuMs: { default: 10_000, min: 100, max: 120_000, caps: 'processor time of one run' },
  heapMb: { default: 128, min: 16, max: 2_048, caps: 'JavaScript heap of one run' },
  sourceBytes: { default: 256 * KIB, min: KIB, max: 4 * MIB, caps: 'source text of a program' },
  bundleBytes: { default: 5 * MIB, min: 64 * KIB, max: 32 * MIB, caps: 'bundle made from a program' },
  frameBytes: { default: 8 * MIB, min: MIB, max: 64 * MIB, caps: 'one message between host and sandbox' },
  argsBytes: { default: MIB, min: KIB, max: 16 * MIB, caps: 'arguments given to a program or to a tool' },
  toolResultBytes: { default: 4 * MIB, min: KIB, max: 32 * MIB, caps: 'one tool result handed to a program' },
  resultBytes: { default: MIB, min: KIB, max: 16 * MIB, caps: 'value returned by a program' },
  logBytes: { default: 64 * KIB, min: KIB, max: 4 * MIB, caps: 'console output kept of one run' },
  logLines: { default: 1_000, min: 10, max: 100_000, caps: 'console lines kept of one run' },
  artifacts: { default: 32, min: 0, max: 1_000, caps: 'files taken back from /workspace/out; 0 takes none' },
  artifactBytes: { default: 2 * MIB, min: KIB, max: 16 * MIB, caps: 'one file taken back from /workspace/out' },
  artifactTotalBytes: { default: 4 * MIB, min: KIB, max: 32 * MIB, caps: 'all files taken back at one time' },
  toolCalls: { default: 500, min: 1, max: 100_000, caps: 'tool calls of one run' },
  toolCallsInFlight: { default: 32, min: 1, max: 1_000, caps: 'tool calls of one run at the same time; more wait' },
  typecheckMs: { default: 5_000, min: 500, max: 60_000, caps: 'wall time of one type-check' },
  typecheckMb: { default: 512, min: 256, max: 8_192, caps: 'memory of a compiler process' },
  bundleMs: { default: 5_000, min: 500, max: 60_000, caps: 'wall time of bundling one program' },
  dependencies: { default: 20, min: 1, max: 100, caps: 'packages that one program may declare' },
  packages: { default: 500, min: 1, max: 5_000, caps: 'packages in the whole tree of what is declared' },
  installMs: {
    default: 60_000,
    min: 1_000,
    max: 600_000,
    caps: 'wall time of npm resolving, and again fetching, one set',
  },
  installMb: { default: 512, min: 1, max: 8_192, caps: 'room on the disk that one installation may take' },
  storeMb: { default: 2_048, min: 1, max: 1_048_576, caps: 'room on the disk for all installed sets' },
  diagnostics: { default: 20, min: 1, max: 200, caps: 'diagnostics reported for one program' },
  concurrentRuns: { default: 64, min: 1, max: 10_000, caps: 'runs at the same time in one process' },
  queuedRuns: { default: 256, min: 0, max: 100_000, caps: 'runs waiting for a place' },
  callerRuns: { default: 0, min: 0, max: 10_000, caps: 'runs of one caller at the same time; 0 sets no bound' },
  concurrentChecks: { default: 4, min: 1, max: 64, caps: 'programs at the same time that are only checked' },
  queuedChecks: { default: 1_000, min: 0, max: 100_000, caps: 'programs waiting to be checked' },
  runsPerMinute: { default: 0, min: 0, max: 1_000_000, caps: 'runs of one caller in a minute; 0 sets no bound' },
  toolRunsPerMinute: {
    default: 0,
    min: 0,
    max: 1_000_000,
    caps: 'runs of one caller by one tool in a minute; 0 sets no bound',
  },
  toolCallsPerMinute: {
    default: 0,
    min: 0,
    max: 10_000_000,
    caps: 'tool calls of one caller in a minute; 0 sets no bound',
  },
  runMsPerHour: {
    default: 0,
    min: 0,
    max: 1_000_000_000,
    caps: 'time in ms that runs of one caller may take in an hour, all together; 0 sets no bound',
  },
  connectMs: { default: 30_000, min: 100, max: 300_000, caps: 'connecting to an upstream and listing its tools' },
  callMs: { default: 60_000, min: 100, max: 600_000, caps: 'one call to an upstream tool' },
  bodyBytes: { default: 4 * MIB, min: 64 * KIB, max: 64 * MIB, caps: 'body of an HTTP request' },
  workspaces: { default: 1_000, min: 1, max: 100_000, caps: 'workspaces, one per session or subject' },
  workspaceIdleMs: { default: 30 * 60_000, min: 1_000, max: 24 * 3_600_000, caps: 'life of an idle workspace' },
  sandboxes: { default: 16, min: 1, max: 1_000, caps: 'long-lived sandboxes in one process' },
  workspaceSandboxes: { default: 4, min: 1, max: 1_000, caps: 'long-lived sandboxes of one workspace' },
  sandboxMb: { default: 512, min: 256, max: 65_536, caps: 'memory of a long-lived sandbox, its files included' },
  sandboxesMb: { default: 4_096, min: 256, max: 1_048_576, caps: 'memory of all long-lived sandboxes together' },
  sandboxIdleMs: { default: 10 * 60_000, min: 1_000, max: 24 * 3_600_000, caps: 'life of an idle long-lived sandbox' },
  sandboxLifeMs: { default: 3_600_000, min: 1_000, max: 24 * 3_600_000, caps: 'life of a long-lived sandbox in all' },
  commandMs: { default: 30_000, min: 100, max: 600_000, caps: 'wall time of one command in a sandbox' },
  commandBytes: { default: 64 * KIB, min: KIB, max: MIB, caps: 'stdout, and stderr, kept of one command' },
  waitingCommands: { default: 16, min: 0, max: 1_000, caps: 'calls that wait for their turn in one sandbox' },
} as const satisfies Record<string, LimitRow>;

export type LimitName = keyof typeof LIMIT_TABLE;
export type Limits = { readonly [Name in LimitName]: number };
export type LimitOverrides = { readonly [Name in LimitName]?: number };

/** What a request may choose as the deadline of its own run: the operator's range is for the default. */
export const RUN_TIMEOUT_MS = { min: 1, max: LIMIT_TABLE.wallMs.max } as const;

export const LIMIT_NAMES = Object.keys(LIMIT_TABLE) as readonly LimitName[];

/**
 * Defaults with the overrides applied. Throws `Fault` CONFIG_INVALID naming the limit and its range where a name is
 * unknown or a value is no whole number within the range.
 */
export function resolveLimits(overrides: Readonly<Record<string, unknown>> = {}): Limits {
  const resolved = Object.fromEntries(LIMIT_NAMES.map((name) => [name, LIMIT_TABLE[name].default]));
  for (const [name, value] of Object.entries(overrides)) {
    if (!isLimitName(name))
      throw new Fault('CONFIG_INVALID', `There is no limit "${name}".${nearestHint(name, LIMIT_NAMES)}`);
    const { min, max } = LIMIT_TABLE[name];
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      throw new Fault(
        'CONFIG_INVALID',
        `The limit ${name} must be a whole number from ${min} to ${max}, not ${shown(value)}.`,
      );
    }
    resolved[name] = value as number;
  }
  return resolved as Limits;
}

/** The value as a message may show it: it came from a file or a client, and may be anything. */
function shown(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}…` : value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(LIMIT_TABLE, name);
}
