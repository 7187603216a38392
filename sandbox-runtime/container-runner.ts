/**
 * Entry of the plain Node process inside a container: runs one bundle, once. The host sends this file as text over
 * stdin (src/engine/docker/container/bootstrap.ts), then frames; answers leave on a descriptor of their own. It runs in
 * a realm apart from the program's, so nothing that the program replaces changes it, but shares its process: the
 * container is the wall, and the host believes nothing of what comes out of it.
 */
import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';
import { createLineStream, endStderr, openChannel, replaceStreams } from './container/channel.ts';
import { collectOutFiles } from './container/out-files.ts';
import { createWatchdog } from './container/watchdog.ts';
import { FrameDecoder } from './framing.ts';
import type { Deliver, Post } from './guest/boot.ts';
import { LogBudget } from './log-budget.ts';
import {
  GUEST_LOG_LEVELS,
  type HostMessage,
  PROTOCOL_VERSION,
  parseHostMessage,
  type SandboxMessage,
} from './protocol.ts';

/** The text of container/guest.ts, put here by the build; the completion value of the script is `bootInContainer`. */
declare const CONTAINER_GUEST: string;
type Boot = (post: Post, require: unknown, grantText: string, argsText: string, limitsText: string) => Deliver;
type RunMessage = Extract<HostMessage, { kind: 'run' }>;

/** The host is trusted and caps what it sends; this only bounds a broken stream. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;
/** The name of our own frames in stacks, where it marks what is not the program's. */
const GUEST_FILE = 'guest.js';
/** How much longer than the host the container waits before it ends itself. */
const GRACE_MS = 5_000;
/** What is left of the run's time when no more files are read. */
const LAST_MS = 200;

const send = openChannel<SandboxMessage>();
/** What `process.exit` comes down to once the program's own exit handlers have run. */
const system = process as NodeJS.Process & { reallyExit(exitCode: number): never };
const exitNow = system.reallyExit.bind(system);
const startClock = createWatchdog();
const boot: Boot = new Script(CONTAINER_GUEST, { filename: GUEST_FILE }).runInThisContext();
let deliver: Deliver | undefined;

const input = process.stdin;
const decoder = new FrameDecoder(MAX_FRAME_BYTES);
input.on('data', (chunk: Buffer) => {
  for (const [header = '', ...payloads] of decoder.push(chunk)) receive(parseHostMessage(header), payloads);
});
// A host that is gone leaves nothing to do.
input.on('end', () => exitNow(0));
input.on('error', () => exitNow(0));
input.resume();
send({ kind: 'ready', version: PROTOCOL_VERSION });

function receive(message: HostMessage, payloads: readonly string[]): void {
  const [first = '', second = '', third = ''] = payloads;
  if (message.kind === 'run' && deliver === undefined) start(message, first, second, third);
  else if (message.kind === 'reply') deliver?.('reply', message.call, message.ok, first);
}

function start({ run, limits }: RunMessage, code: string, argsText: string, grantText: string): void {
  startClock(limits.wallMs + GRACE_MS);
  const ending = createEnding(run, limits);
  const { logs, fail } = ending;
  const warn = (thrown: unknown) => logs.add('warn', `Unhandled rejection: ${shown(thrown)}`);
  process.on('unhandledRejection', warn);
  process.on('uncaughtException', warn);
  system.reallyExit = (exitCode) => {
    fail(`The program called process.exit(${exitCode}) before it returned; return a value instead.`, stackHere());
    return exitNow(exitCode);
  };
  deliver = boot(ending.post, createRequire('/workspace/program.js'), grantText, argsText, JSON.stringify(limits));
  try {
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const program = new Script(code, { filename: 'program.js', importModuleDynamically }).runInThisContext();
    deliver('start', 0, true, '', program);
  } catch (thrown) {
    fail(shown(thrown), '');
  }
}

/** How the run comes to its one end, and its logs until then. */
function createEnding(run: number, limits: RunMessage['limits']) {
  let isEnded = false;
  const untilMs = performance.now() + limits.wallMs - LAST_MS;
  const logs = new LogBudget(limits, {
    line: (level, atMs, text) => send({ kind: 'log', run, level, atMs }, text),
    tail: (tail) => send({ kind: 'log-tail', run }, JSON.stringify(tail)),
  });
  const stdout = createLineStream((line) => logs.add('log', line));
  const stderr = createLineStream((line) => logs.add('error', line));
  replaceStreams(process, stdout.stream, stderr.stream);
  const finish = (...parts: Parameters<typeof send>) => {
    if (isEnded) return;
    stdout.end();
    stderr.end();
    isEnded = true;
    sendArtifacts(run, limits, untilMs, logs);
    logs.flush();
    endStderr();
    send(...parts);
  };
  const fail = (message: string, stack: string) =>
    finish({ kind: 'threw', run }, JSON.stringify({ name: 'Error', message, stack }));
  const post: Post = (kind, first, second, third, text, more) => {
    if (isEnded) return;
    if (kind === 'call') send({ kind: 'call', run, call: first, server: second, tool: third }, text);
    else if (kind === 'log') logs.add(GUEST_LOG_LEVELS.find((level) => level === text) ?? 'log', more);
    else if (kind === 'completed') finish({ kind: 'completed', run, hasResult: first === 1 }, text, more);
    else if (kind === 'threw') finish({ kind: 'threw', run }, text);
    else if (kind === 'too-large') finish({ kind: 'limit', run, limit: 'resultBytes', needed: first });
  };
  return { logs, fail, post };
}

/** Whatever goes wrong here, the run keeps its result. */
function sendArtifacts(run: number, { artifacts }: RunMessage['limits'], untilMs: number, logs: LogBudget): void {
  if (artifacts === undefined) return;
  try {
    const onFile = (path: string, base64: string) => send({ kind: 'artifact', run }, path, base64);
    const { files, reasons } = collectOutFiles({ limits: artifacts, untilMs, onFile });
    for (const reason of reasons) logs.add('warn', reason);
    if (files > 0) send({ kind: 'artifacts-left-out', run, files });
  } catch (thrown) {
    logs.add('warn', `The files in /workspace/out could not be read: ${shown(thrown)}`);
  }
}

/** Never throws: the value is the program's, and may be anything. */
function shown(thrown: unknown): string {
  try {
    const { name, message } = thrown as Error;
    return typeof message === 'string' ? `${String(name)}: ${message}` : String(thrown);
  } catch {
    return 'a value that cannot be shown';
  }
}

function stackHere(): string {
  return new Error().stack ?? '';
}
