/**
 * Writes docs/limits.md from the table of limits: `node scripts/limits-docs.ts`. A test holds the file to what this
 * renders, so a limit cannot be added or changed without its documentation.
 */
import { writeFileSync } from 'node:fs';
import { LIMIT_NAMES, LIMIT_TABLE, type LimitName } from '../src/base/limits.ts';

export const LIMITS_DOCS = new URL('../docs/limits.md', import.meta.url);

const INTRODUCTION = `# Limits

This file is written by \`node scripts/limits-docs.ts\` from the table in src/base/limits.ts; change the table, not the file.

Every cap has a name that carries its unit, a default, and a range that an operator may choose from. Change one with
\`--limit wallMs=60000\`, \`CODELOOM_LIMIT="wallMs=60000,heapMb=256"\`, or in the config file; see
[configuration.md](configuration.md). A value outside of its range is refused when Codeloom starts.
`;

/** What a caller sees where the limit is met; the words are those of docs/errors.md. */
const MET: Readonly<Record<LimitName, string>> = {
  wallMs:
    'outcome `limit-exceeded`; a request sets it for its own run, with `timeoutMs` or `--timeout-ms` from 1 up to the maximum here',
  cpuMs: 'outcome `limit-exceeded`',
  heapMb: 'outcome `limit-exceeded`',
  sourceBytes: 'outcome `bundle-error`; `code-mode` refuses with `ARGUMENTS_INVALID`',
  bundleBytes: 'outcome `bundle-error`',
  frameBytes: 'fault `PROTOCOL_VIOLATION`: no program of an honest runtime gets there',
  argsBytes: 'outcome `limit-exceeded` for `args`; failure `invalid-arguments` for a tool call',
  toolResultBytes: 'failure `invalid-result`, with the size',
  resultBytes: 'outcome `limit-exceeded`, with the size',
  logBytes: 'the first and the last lines are kept; `truncated` says what is missing',
  logLines: 'as `logBytes`',
  artifacts: 'more files are left out; a line of `logs` and `truncated` say so',
  artifactBytes: 'as `artifacts`; the file is left out whole',
  artifactTotalBytes: 'as `artifacts`; MCP clients over stdio take 10 MiB in one answer',
  toolCalls: 'failure `budget-spent`; a program that goes on calling ends as `limit-exceeded`',
  toolCallsInFlight: 'more calls wait for their turn',
  typecheckMs: 'outcome `type-error` that says so; the compiler is replaced',
  typecheckMb: 'as `typecheckMs`',
  bundleMs: 'outcome `bundle-error` that says so',
  dependencies: 'fault `ARGUMENTS_INVALID`',
  packages: 'fault `DEPENDENCY_REFUSED`',
  installMs: 'fault `DEPENDENCY_UNAVAILABLE`',
  installMb: 'fault `DEPENDENCY_REFUSED`',
  storeMb: 'the sets that were used least recently are removed, and installed anew when they are asked for',
  diagnostics: 'the rest is left out',
  concurrentRuns: 'more runs wait',
  queuedRuns: 'fault `POOL_SATURATED`; while others wait, whoever waits most gives way',
  callerRuns: 'more runs of that caller wait, while others start',
  concurrentChecks: 'more wait: `code-mode` and `dynamic.tool.*` check programs without running them',
  queuedChecks: 'as `queuedRuns`',
  runsPerMinute: 'fault `RATE_LIMITED`, with when to come back; [guard.md](guard.md)',
  toolRunsPerMinute: 'as `runsPerMinute`; the tool is `run_js`, or one that was made of a program',
  toolCallsPerMinute: 'failure `budget-spent`, with when to come back',
  runMsPerHour: 'as `runsPerMinute`; what runs then is not ended',
  connectMs: 'fault `UPSTREAM_UNAVAILABLE`',
  callMs: "failure `upstream-timeout`; a server's `timeoutMs` goes before it",
  bodyBytes: 'HTTP status 413',
  workspaces:
    'an idle workspace that nobody used gives way, else fault `POOL_SATURATED`; with `--auth jwt` one caller has a quarter of them at most',
  workspaceIdleMs: 'the workspace ends with its tools; a 2025 client initializes again',
  sandboxes: 'fault `POOL_SATURATED`, before a container is made',
  workspaceSandboxes: 'as `sandboxes`; with `--auth jwt` also for all workspaces of one caller together',
  sandboxMb: 'the kernel ends the largest process; [sandboxes.md](sandboxes.md)',
  sandboxesMb: 'as `sandboxes`; half of the memory of the machine of Docker is a cap too',
  sandboxIdleMs: 'the sandbox ends with its files',
  sandboxLifeMs: 'as `sandboxIdleMs`; `timeoutMs` of `sandbox.initialize` sets it for one, up to this',
  commandMs:
    'all that runs in the sandbox is ended, `timedOut`; `timeoutMs` sets it for one command, up to its maximum here',
  commandBytes: 'the first and the last half are kept; `truncated` says what is missing',
  waitingCommands: 'fault `POOL_SATURATED`',
};

const AFTERWORD = `
Programs, arguments and results are also refused beyond bounds that nobody needs to change: nesting of source over 500 levels
or one statement of over 20,000 tokens, arguments and tool results nested over 100 levels. How a met limit reads:
[errors.md](errors.md).
`;

export function renderLimitsDocs(): string {
  const rows = LIMIT_NAMES.map((name) => {
    const { default: value, min, max, caps } = LIMIT_TABLE[name];
    return [`\`${name}\``, caps, amount(name, value), `${amount(name, min)} to ${amount(name, max)}`, MET[name]];
  });
  const head = ['limit', 'caps', 'default', 'range', 'where it is met'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`);
  return `${INTRODUCTION}\n${lines.join('')}${AFTERWORD}`;
}

/** The number as it has to be written, and beside it how a person would say it where that is shorter. */
function amount(name: LimitName, value: number): string {
  const [size, unit] = name.endsWith('Bytes')
    ? spokenBytes(value)
    : name.endsWith('Ms')
      ? spokenMs(value)
      : [value, ''];
  return unit === '' ? String(value) : `${value} (${size} ${unit})`;
}

function spokenBytes(value: number): readonly [number, string] {
  const mib = value / 1024 ** 2;
  return mib >= 1 && Number.isInteger(mib) ? [mib, 'MiB'] : [value / 1024, 'KiB'];
}

function spokenMs(value: number): readonly [number, string] {
  if (value >= 3_600_000) return [value / 3_600_000, 'h'];
  if (value >= 60_000) return [value / 60_000, 'min'];
  return value >= 1_000 ? [value / 1_000, 's'] : [value, ''];
}

if (import.meta.main) writeFileSync(LIMITS_DOCS, renderLimitsDocs());
