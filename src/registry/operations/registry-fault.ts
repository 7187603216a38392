/** The faults that a write of the registry can end with, in words. Thrown by create-registry.ts and write-rules.ts. */
import { Fault } from '../../base/fault.ts';

/** Somebody else was first: `currentRevision` is what is there now, absent where there is no such tool. */
export class RegistryConflict extends Fault {
  readonly currentRevision: number | undefined;

  constructor(message: string, currentRevision?: number) {
    super('REGISTRY_CONFLICT', message);
    this.currentRevision = currentRevision;
  }
}

/** The definition or the name is wrong: one sentence per mistake. */
export class DefinitionInvalid extends Fault {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super('ARGUMENTS_INVALID', mistakes.join(' '));
    this.mistakes = mistakes;
  }
}

export function readOnlyFault(): Fault {
  return new Fault('REGISTRY_READ_ONLY', 'The registry is read-only here: Codeloom was started with --read-only.');
}
