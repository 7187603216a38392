/**
 * Why a long-lived sandbox is no more, in words that may be shown. Pure; called by sandbox-session.ts and sandboxes.ts.
 */
import { Fault } from '../../../base/fault.ts';
import type { ContainerExit } from '../container/container-end.ts';

const SIGNAL_BASE = 128;
const NEW_ONE = 'sandbox.initialize makes a new one; files of the old one are gone.';

/** The end of a sentence that begins with "The sandbox has ended: ". `exit` is undefined where the daemon is gone. */
export function reasonOf(exit: ContainerExit | undefined): string {
  if (exit === undefined) return 'the Docker daemon went away';
  const { exitCode, isOutOfMemory } = exit;
  if (isOutOfMemory) return 'it was out of memory (limit sandboxMb)';
  if (exitCode > SIGNAL_BASE)
    return `its container was killed with signal ${exitCode - SIGNAL_BASE}, from outside or by a command in it`;
  return `its own process ended with exit code ${exitCode}`;
}

/** For calls that were under way when it ended. The same call would never succeed: its sandbox is gone. */
export function lostFault(reason: string): Fault {
  return new Fault('SANDBOX_LOST', `The sandbox has ended: ${reason}. ${NEW_ONE}`, undefined, false);
}

/** For calls after that, by whoever it belonged to. */
export function endedFault(id: string, reason: string): Fault {
  return new Fault('ARGUMENTS_INVALID', `The sandbox ${id} has ended: ${reason}. ${NEW_ONE}`);
}

/** The same words for an id that never was and for somebody else's. */
export function unknownFault(id: string): Fault {
  return new Fault(
    'ARGUMENTS_INVALID',
    `There is no sandbox ${JSON.stringify(id)} in this workspace; sandbox.initialize makes one, sandbox.session.list shows those that there are.`,
  );
}
