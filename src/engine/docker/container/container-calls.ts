/**
 * What is asked of the daemon about a container that may be gone, each with a deadline, because a daemon that was killed
 * answers nothing. Called by sandbox-container.ts and by long-lived sandboxes.
 */
import type { Container } from 'dockerode';
import { withDeadline } from '../../../base/deadline.ts';
import type { Log } from '../../../base/log.ts';
import type { ContainerExit } from './container-end.ts';

const ANSWER_DEADLINE_MS = 2_000;
const REMOVE_DEADLINE_MS = 30_000;
const NEVER = new AbortController().signal;

/** Rejects where the daemon does not answer soon. */
export function soon<Value>(work: () => Promise<Value>): Promise<Value> {
  return withDeadline(ANSWER_DEADLINE_MS, NEVER, late, work);
}

/** Processor time that all of the container has used; undefined where the daemon cannot say. */
export async function cpuMsOf(container: Container): Promise<number | undefined> {
  const oneShot = { stream: false, 'one-shot': true } as { stream: false };
  try {
    const { cpu_stats } = await soon(() => container.stats(oneShot));
    return cpu_stats.cpu_usage.total_usage / 1e6;
  } catch {
    return undefined;
  }
}

/** Resolves when it is gone, or when the daemon has not managed that in time. Never rejects. */
export async function removeByForce(container: Container, log: Log): Promise<void> {
  try {
    await withDeadline(REMOVE_DEADLINE_MS, NEVER, late, () => container.remove({ force: true, v: true }));
  } catch (error) {
    if (!isGoneAlready(error)) log.warn({ err: error, container: container.id }, 'a container could not be removed');
  }
}

function late(): Error {
  return new Error('The Docker daemon took too long.');
}

/** Removed by somebody else, or just now being removed. */
function isGoneAlready(error: unknown): boolean {
  const code = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return code === 404 || code === 409;
}

/**
 * How a container ended; `exited` settles when it has. Undefined where the daemon cannot say, or it has been removed.
 */
export async function readExit(
  container: Container,
  exited: Promise<{ StatusCode?: number } | undefined>,
): Promise<ContainerExit | undefined> {
  try {
    const exitCode = await soon(async () => (await exited)?.StatusCode);
    if (exitCode === undefined) return undefined;
    const { State } = await soon(() => container.inspect());
    return { exitCode, isOutOfMemory: State.OOMKilled };
  } catch {
    return undefined;
  }
}
