/**
 * What the end of a container means for the run that was in it. Pure; called by sandbox-container.ts with what the
 * daemon says. The channel's last word, where there was one, has ended the run before.
 */

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
  | { readonly kind: 'lost'; readonly message: string };

const SIGNAL_BASE = 128;
/** SIGABRT is how V8 gives up for want of heap, SIGKILL how the kernel does for want of memory, SIGSEGV for want of stack. */
const MEMORY_SIGNALS: ReadonlySet<number> = new Set([6, 9, 11]);
const SIGTERM = 15;
const SIGXCPU = 24;

export function readContainerEnd(exit: ContainerExit | undefined): ContainerEnd {
  if (exit === undefined) return lost('The Docker daemon went away while the program ran.');
  const { exitCode, isOutOfMemory } = exit;
  const signal = exitCode - SIGNAL_BASE;
  if (isOutOfMemory || MEMORY_SIGNALS.has(signal)) return { kind: 'limit', limit: 'heapMb' };
  if (signal === SIGXCPU) return { kind: 'limit', limit: 'cpuMs' };
  // Nobody stops a container of ours but a daemon that shuts down, or a person.
  if (signal === SIGTERM) return lost('The container was stopped from outside while the program ran.');
  const message = `The program ended its own process with exit code ${exitCode} before it returned; return a value instead.`;
  return { kind: 'exited', message };
}

/** Why a container that ended before it was ready cannot be used, in one sentence; undefined where nothing explains it. */
export function explainFailedStart(exitCode: number | undefined, image: string): string | undefined {
  if (exitCode === 127 || exitCode === 126) return `The image ${image} has no node that can be run.`;
  if (exitCode === 9) return `The node of the image ${image} is too old; Node 22 or newer is needed.`;
  return undefined;
}

function lost(message: string): ContainerEnd {
  return { kind: 'lost', message };
}
