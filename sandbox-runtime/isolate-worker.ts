/**
 * Entry of the child process that hosts isolates. Speaks frames on descriptors 3 (in) and 4 (out), keeps one isolate
 * made ahead of need, and gives each run one of its own. It has no environment, no files beyond its own, and no say:
 * the host owns every deadline and ends this process with SIGKILL. argv: the isolated-vm binary, then the heap in MB.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { ExternalCopy } from 'isolated-vm';
import { encodeFrame, FrameDecoder } from './framing.ts';
import { GUEST_FILE, Isolate, type IvmLibrary } from './isolate.ts';
import { IsolateRun } from './isolate-run.ts';
import { type HostMessage, PROTOCOL_VERSION, parseHostMessage, type SandboxMessage } from './protocol.ts';
import { rehearseGuest } from './rehearse-guest.ts';

const IN = 3;
const OUT = 4;
/** The host is trusted and caps what it sends; this only bounds a broken stream. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

const [binary = '', heapText = '128'] = process.argv.slice(2);
const ivm = loadLibrary(binary);
const guestCode = readFileSync(join(__dirname, 'guest.js'), 'utf8');
const usualHeapMb = Number(heapText);
const runs = new Map<number, IsolateRun>();
let guestCache: ExternalCopy<ArrayBuffer>;
let ahead: Isolate | undefined;
rehearseGuest(guestCode, GUEST_FILE).then(begin, dieNow);

function begin(compiledGuest: ArrayBuffer): void {
  guestCache = new ivm.ExternalCopy(compiledGuest);
  ahead = createIsolate(usualHeapMb);
  const decoder = new FrameDecoder(MAX_FRAME_BYTES);
  const input = new Socket({ fd: IN, readable: true, writable: false });
  input.on('data', (chunk: Buffer) => {
    for (const [header = '', ...payloads] of decoder.push(chunk)) receive(parseHostMessage(header), payloads);
  });
  // A host that is gone leaves nothing to do, and a stuck isolate must not keep this process alive.
  input.on('close', dieNow);
  input.on('error', dieNow);
  send({ kind: 'ready', version: PROTOCOL_VERSION });
}

function receive(message: HostMessage, payloads: readonly string[]): void {
  const [first = '', second = '', third = ''] = payloads;
  if (message.kind === 'run') startRun(message, first, second, third);
  else if (message.kind === 'reply') runs.get(message.run)?.reply(message.call, message.ok, first);
  else runs.get(message.run)?.stop();
}

function startRun(
  message: Extract<HostMessage, { kind: 'run' }>,
  code: string,
  argsText: string,
  grantText: string,
): void {
  const isolate = takeIsolate(message.limits.heapMb);
  const run = new IsolateRun(isolate, message, send, () => endRun(message, isolate));
  runs.set(message.run, run);
  run.start(code, grantText, argsText);
}

/**
 * The isolate is left first and ended afterwards: ending it from within its own callback is not safe. The millisecond
 * between leaves the processor to whoever waits for the result; making the next isolate takes two.
 */
function endRun({ run, packed }: { run: number; packed: boolean }, isolate: Isolate): void {
  runs.delete(run);
  setTimeout(() => {
    isolate.dispose();
    ahead ??= createIsolate(usualHeapMb);
    if (!packed) send({ kind: 'ready', version: PROTOCOL_VERSION });
  }, 1);
}

function takeIsolate(heapMb: number): Isolate {
  if (ahead?.heapMb !== heapMb) return createIsolate(heapMb);
  const isolate = ahead;
  ahead = undefined;
  return isolate;
}

function createIsolate(heapMb: number): Isolate {
  return new Isolate({
    ivm,
    guestCode,
    heapMb,
    randomBytes: (count) => randomBytes(count).toString('hex'),
    guestCache,
  });
}

/** Blocking, so that what a program said is out before it can spin: the pipe belongs to this process alone. */
function send(message: SandboxMessage, ...payloads: readonly string[]): void {
  const frame = encodeFrame([JSON.stringify(message), ...payloads]);
  let at = 0;
  while (at < frame.length) at += writeSync(OUT, frame, at);
}

/** `process.exit` waits for isolates that cannot be stopped; a signal does not. */
function dieNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Loads the binary by its path: the library's own look-up reads directories that the permission model denies. */
function loadLibrary(path: string): IvmLibrary {
  const library: { exports: { ivm?: IvmLibrary } } = { exports: {} };
  process.dlopen(library, path);
  if (library.exports.ivm === undefined) throw new Error('The isolated-vm binary has no exports.');
  return library.exports.ivm;
}
