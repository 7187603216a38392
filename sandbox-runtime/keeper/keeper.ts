/**
 * Entry of the process that keeps a long-lived sandbox: it runs commands, ends all of them at a word, and gives files
 * back. It enters as container-runner.ts does, and has the same user as the commands: one `kill` of it reaches them all,
 * whatever session or signal handler they have, and no process has to be started for it. What it says is a claim.
 */
import { readdirSync, type Stats } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout } from 'node:timers';
import { openChannel } from '../container/channel.ts';
import { collectOutFiles, makeOutDir } from '../container/out-files.ts';
import { createWatchdog } from '../container/watchdog.ts';
import { FrameDecoder } from '../framing.ts';
import { type KeeperMessage, type KeeperRequest, PROTOCOL_VERSION } from '../protocol.ts';
import { runCommand } from './run-command.ts';

const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** All processes that this one may signal, but for itself: on Linux, in one step, so that none can fork away from it. */
const EVERYBODY_ELSE = -1;
/** It cannot be ended from within, and buries the others. */
const INIT = '1';
const END_DEADLINE_MS = 10_000;
const LOOK_EVERY_MS = 5;

const endAfter = createWatchdog();
const send = openChannel<KeeperMessage>();
/** How each file was when it last came back: it comes again only where it has changed. */
let known: ReadonlyMap<string, string> = new Map();

// A name that a command's `pkill node` does not mean.
process.title = 'sandbox';
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGPIPE'] as const) process.on(signal, () => {});

const input = process.stdin;
const decoder = new FrameDecoder(MAX_FRAME_BYTES);
input.on('data', (chunk: Buffer) => {
  for (const [header = '', ...payloads] of decoder.push(chunk)) {
    void answer(JSON.parse(header) as KeeperRequest, payloads);
  }
});
// A host that is gone leaves nothing to do.
input.on('end', leave);
input.on('error', leave);
input.resume();
send({ kind: 'ready', version: PROTOCOL_VERSION });

async function answer(request: KeeperRequest, [argv = '[]']: readonly string[]): Promise<void> {
  if (request.kind === 'keep') return endAfter(request.forMs);
  const { call } = request;
  if (request.kind === 'exec') {
    // Each time: a command before it may have removed it.
    makeOutDir();
    const end = await runCommand(JSON.parse(argv) as string[], request.outputBytes, endEverybody);
    send({ kind: 'exited', call }, JSON.stringify(end));
  } else if (request.kind === 'end-all') {
    await endEverybody();
    send({ kind: 'ended', call });
  } else collect(request);
}

function collect({ call, limits, forMs }: Extract<KeeperRequest, { kind: 'collect' }>): void {
  const settled = new Map<string, string>();
  const { files, reasons } = collectOutFiles({
    limits,
    untilMs: performance.now() + forMs,
    isNew: (path, stats) => {
      if (known.get(path) !== stateOf(stats)) return true;
      settled.set(path, stateOf(stats));
      return false;
    },
    onSettled: (path, stats) => settled.set(path, stateOf(stats)),
    onFile: (path, base64) => send({ kind: 'artifact', call }, path, base64),
  });
  known = settled;
  send({ kind: 'collected', call }, JSON.stringify({ leftOut: files, reasons }));
}

function stateOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

/** Resolves when nobody else is left, dead ones that still take up a place included. */
async function endEverybody(): Promise<void> {
  const untilMs = performance.now() + END_DEADLINE_MS;
  for (killEverybody(); isAnybodyLeft() && performance.now() < untilMs; killEverybody()) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function killEverybody(): void {
  try {
    process.kill(EVERYBODY_ELSE, constants.signals.SIGKILL);
  } catch {
    // There is nobody else.
  }
}

function isAnybodyLeft(): boolean {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.some((pid) => pid !== INIT && pid !== String(process.pid));
}

function leave(): void {
  killEverybody();
  process.exit(0);
}
