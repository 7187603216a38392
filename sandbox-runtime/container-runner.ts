/**
 * Entry of the plain Node process inside a container: runs one bundle, once. The host sends this file as text over
 * stdin (src/engine/docker/container/bootstrap.ts), then frames; answers leave on a descriptor of their own. It runs in
 * a realm apart from the program's, so nothing that the program replaces changes it, but shares its process: the
 * container is the wall, and the host believes nothing of what comes out of it.
 */
import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';
import { openChannel } from './container/channel.ts';
import { createEnding, shown } from './container/ending.ts';
import { makeOutDir } from './container/out-files.ts';
import { createWatchdog } from './container/watchdog.ts';
import { FrameDecoder } from './framing.ts';
import type { Deliver, Post } from './guest/boot.ts';
import { type HostMessage, PROTOCOL_VERSION, parseHostMessage, type SandboxMessage } from './protocol.ts';

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

const send = openChannel<SandboxMessage>();
/** What `process.exit` comes down to once the program's own exit handlers have run. */
const system = process as NodeJS.Process & { reallyExit(exitCode: number): never };
const exitNow = system.reallyExit.bind(system);
const startClock = createWatchdog();
makeOutDir();
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
  const ending = createEnding(run, limits, send);
  process.on('unhandledRejection', (thrown) => ending.tellUncaught('promise', thrown));
  process.on('uncaughtException', (thrown) => ending.tellUncaught('timer', thrown));
  system.reallyExit = (exitCode) => {
    ending.complete();
    ending.fail(
      `The program called process.exit(${exitCode}) before it returned; return a value instead.`,
      stackHere(),
    );
    return exitNow(exitCode);
  };
  deliver = boot(ending.post, createRequire('/workspace/program.js'), grantText, argsText, JSON.stringify(limits));
  try {
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const program = new Script(code, { filename: 'program.js', importModuleDynamically }).runInThisContext();
    deliver('start', 0, true, '', program);
  } catch (thrown) {
    ending.fail(shown(thrown), '');
  }
}

function stackHere(): string {
  return new Error().stack ?? '';
}
