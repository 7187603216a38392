/**
 * What the end of a container means for the run that was in it. Pure; called by sandbox-container.ts with what the
 * daemon says. The channel's last word, where there was one, has ended the run before.
 */
import { Fault } from '../../../base/fault.ts';

/** How the daemon saw the container end; undefined where it could not be asked any more. */
export interface ContainerExit {
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
}

export type ContainerEnd =
  /** The program met a limit that the system holds. */
  | { readonly kind: 'limit'; readonly limit: 'heapMb' | 'cpuMs' }
  /** The program ended its own process, without the runtime's knowledge. */
  | { readonly kind: 'exited'; readonly message: string }
  /** Neither the program nor a limit explains it. */
  | { readonly kind: 'lost'; readonly fault: Fault };

const SIGNAL_BASE = 128;
/** Of Linux, whatever this machine is: those by which programs end. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [1, 'SIGHUP'],
  [2, 'SIGINT'],
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [13, 'SIGPIPE'],
]);
/** What V8, Node and the C++ library print before they give up for want of memory. */
const OUT_OF_MEMORY = /out of memory|Last few GCs|allocation fail|bad_alloc|failed to reserve|cannot allocate/i;
const SIGTERM = 15;
const SIGXCPU = 24;

/** `lastWords` are what was printed past the runtime; only where a signal ended it do they say why. */
export function readContainerEnd(exit: ContainerExit | undefined, lastWords: string): ContainerEnd {
  if (exit === undefined) return lost('The Docker daemon went away while the program ran.');
  const { exitCode, isOutOfMemory } = exit;
  const signal = exitCode - SIGNAL_BASE;
  if (isOutOfMemory || (signal > 0 && OUT_OF_MEMORY.test(lastWords))) return { kind: 'limit', limit: 'heapMb' };
  if (signal === SIGXCPU) return { kind: 'limit', limit: 'cpuMs' };
  // Nobody stops a container of ours but a daemon that shuts down, or a person.
  if (signal === SIGTERM) return lost('The container was stopped from outside while the program ran.');
  return { kind: 'exited', message: exitMessage(exitCode) };
}

function exitMessage(exitCode: number): string {
  const name = SIGNALS.get(exitCode - SIGNAL_BASE);
  return name === undefined
    ? `The program ended its own process with exit code ${exitCode} before it returned; return a value instead.`
    : `The program's process was ended by signal ${name} before it returned, by itself or by what it started; return a value instead.`;
}

/** Why a container that ended before it was ready cannot be used, in one sentence; undefined where nothing explains it. */
export function explainFailedStart(exitCode: number | undefined, image: string): string | undefined {
  if (exitCode === 127 || exitCode === 126) return `The image ${image} has no node that can be run.`;
  if (exitCode === 9) return `The node of the image ${image} is too old; Node 22 or newer is needed.`;
  return undefined;
}

function lost(message: string): ContainerEnd {
  return { kind: 'lost', fault: new Fault('SANDBOX_LOST', message) };
}
