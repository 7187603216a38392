/**
 * A worker of the node engine without an engine: the tests choose which of the walls around it stand. What it says is
 * handed over as it comes; nobody here watches it, and no deadline ends it but the ones that a test sets.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { encodeFrame, FrameDecoder } from '../../sandbox-runtime/framing.ts';
import { type GuestLimits, parseSandboxMessage, type SandboxMessage } from '../../sandbox-runtime/protocol.ts';
import { resolveLimits } from '../../src/base/limits.ts';
import { findWorkerFiles, workerCommand } from '../../src/engine/isolate/worker-command.ts';
import { processDataMb } from '../../src/pool/process-usage.ts';
import { RUNTIME_DIR } from '../docker/local-engine.ts';
import { readProc } from './fixtures/attacked.ts';

const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const TO_WORKER = 3;
const FROM_WORKER = 4;

export interface BareWorker {
  readonly pid: number;
  /** Starts a program; `packed` has it entered asynchronously, as with others in the same process. */
  run(code: string, limits: Partial<GuestLimits>, packed?: boolean): void;
  /** The message that ends the run, or how the process ended and what it printed. */
  readonly end: Promise<SandboxMessage | { readonly kind: 'gone'; readonly stderr: string }>;
  kill(): void;
}

/** What a test says to be told of its end: that of its context, because tests run side by side. */
type OnEnd = (work: () => void) => void;

/** Ready to take a run, and killed when the test is over. `dataLimitMb` is what the system allows it beyond its rest. */
export async function startBareWorker(onEnd: OnEnd, heapMb: number, dataLimitMb?: number): Promise<BareWorker> {
  if (dataLimitMb === undefined) return spawnWorker(onEnd, heapMb, undefined);
  const probe = await spawnWorker(onEnd, heapMb, undefined);
  const restMb = processDataMb(probe.pid) ?? 0;
  probe.kill();
  return spawnWorker(onEnd, heapMb, restMb + dataLimitMb);
}

async function spawnWorker(onEnd: OnEnd, heapMb: number, dataLimitMb: number | undefined): Promise<BareWorker> {
  const { file, args } = workerCommand(findWorkerFiles(RUNTIME_DIR, process.env.PATH), heapMb, dataLimitMb);
  const child = spawn(file, args, { env: {}, cwd: '/', stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  onEnd(() => void child.kill('SIGKILL'));
  const decoder = new FrameDecoder(MAX_FRAME_BYTES);
  const ready = Promise.withResolvers<void>();
  const end = Promise.withResolvers<SandboxMessage | { kind: 'gone'; stderr: string }>();
  let stderr = '';
  const [input, output] = [TO_WORKER, FROM_WORKER].map((fd) => child.stdio[fd] as Duplex);
  input?.on('error', () => {});
  output?.on('data', (chunk: Buffer) => {
    for (const [header = ''] of decoder.push(chunk)) {
      const message = parseSandboxMessage(header);
      if (message.kind === 'ready') ready.resolve();
      else if (['completed', 'threw', 'limit'].includes(message.kind)) end.resolve(message);
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-10_000);
  });
  void once(child, 'close').then(() => {
    ready.reject(new Error(`The worker ended: ${stderr}`));
    end.resolve({ kind: 'gone', stderr });
  });
  await ready.promise;
  return {
    pid: child.pid ?? 0,
    run: (code, limits, packed = false) => {
      const header = { kind: 'run', run: 1, packed, limits: { ...resolveLimits(), heapMb, ...limits } };
      input?.write(encodeFrame([JSON.stringify(header), `(async () => { ${code} })`, '{}', '[]']));
    },
    end: end.promise,
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The workers that this process has started and that are still there; Linux only. */
export function workerPids(): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isOurs = (pid: string) => new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(readProc(pid, 'status'));
  return pids.filter((pid) => isOurs(pid) && readProc(pid, 'cmdline').includes('isolate-worker')).map(Number);
}
