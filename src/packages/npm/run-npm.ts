/**
 * Runs npm once, as a process of its own, bounded in time and in what it puts on the disk. Called by install.ts. Never
 * hands it our environment or descriptors, and never runs anything of a package: that is for the options to say.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Limits } from '../../base/limits.ts';
import { ensureDescriptors } from '../../pool/ensure-descriptors.ts';
import { diskUse } from '../store/disk-use.ts';
import type { NpmCommand } from './find-npm.ts';
import { npmEnvironment, npmOptions, type Variables } from './npm-environment.ts';

export interface NpmRun {
  readonly npm: NpmCommand;
  readonly variables: Variables;
  /** Where to install; it is also what is measured. */
  readonly folder: string;
  readonly limits: Pick<Limits, 'installMs' | 'installMb'>;
}

export type NpmEnd =
  | { readonly kind: 'done' }
  /** What npm printed: JSON where it had something to say. */
  | { readonly kind: 'failed'; readonly printed: string }
  | { readonly kind: 'exceeded'; readonly limit: 'installMs' | 'installMb' };

const MAX_PRINTED_CHARS = 64 * 1024;
const MEASURE_EVERY_MS = 250;
const MEGABYTE = 1024 * 1024;

/** Rejects with `signal.reason`, after the process is gone. */
export async function runNpm(command: readonly string[], run: NpmRun, signal: AbortSignal): Promise<NpmEnd> {
  signal.throwIfAborted();
  ensureDescriptors();
  const child = start(command, run);
  let exceeded: 'installMs' | 'installMb' | undefined;
  const stop = (limit: 'installMs' | 'installMb') => {
    exceeded ??= limit;
    kill(child);
  };
  const deadline = setTimeout(() => stop('installMs'), run.limits.installMs);
  const onAbort = () => kill(child);
  signal.addEventListener('abort', onAbort, { once: true });
  const measuring = measure(run, child, () => stop('installMb'));
  try {
    const { code, printed } = await ended(child);
    signal.throwIfAborted();
    // It may have been quicker than we looked.
    if (exceeded === undefined && (await isTooLarge(run))) exceeded = 'installMb';
    if (exceeded !== undefined) return { kind: 'exceeded', limit: exceeded };
    return code === 0 ? { kind: 'done' } : { kind: 'failed', printed };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', onAbort);
    await measuring;
  }
}

function start(command: readonly string[], { npm, variables, folder }: NpmRun): ChildProcess {
  return spawn(npm.command, [...npm.args, ...command, ...npmOptions(folder)], {
    cwd: folder,
    env: npmEnvironment(variables, join(folder, '.tmp')),
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own, so that its end is the end of whatever it started.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

function kill(child: ChildProcess): void {
  try {
    if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly printed: string }> {
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    if (printed.length < MAX_PRINTED_CHARS) printed += chunk;
  });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('error', () => resolve(null));
  child.once('close', (code) => resolve(code));
  return { code: await promise, printed };
}

/** Looks at the folder again and again until the process has ended. */
async function measure(run: NpmRun, child: ChildProcess, onOver: () => void): Promise<void> {
  const gone = Promise.withResolvers<void>();
  child.once('error', () => gone.resolve());
  child.once('close', () => gone.resolve());
  let isGone = false;
  void gone.promise.then(() => {
    isGone = true;
  });
  while (!isGone) {
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, MEASURE_EVERY_MS);
    });
    await Promise.race([pause, gone.promise]);
    clearTimeout(timer);
    if (!isGone && (await isTooLarge(run))) onOver();
  }
}

async function isTooLarge({ folder, limits }: NpmRun): Promise<boolean> {
  const bytes = limits.installMb * MEGABYTE;
  return (await diskUse(folder, bytes)) > bytes;
}
