/**
 * What every registry has to do, whatever keeps its records. A backend passes it whole: sqlite-registry.test.ts and
 * postgres-registry.test.ts are the callers.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import type { ReservedNames } from '../../../src/registry/record/tool-name.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { changesContract } from './changes.ts';
import { quarantineContract } from './quarantine.ts';
import { readingContract } from './reading.ts';
import { transferContract } from './transfer.ts';
import { writingContract } from './writing.ts';

export interface OpenOptions {
  readonly isReadOnly?: boolean;
  readonly reserved?: ReservedNames;
}

/** A place of a backend, empty at first. */
export interface RegistryBench {
  /** A registry on it; each is an instance of its own, as of another process. Closed with the bench. */
  open(options?: OpenOptions): Registry;
  /** Another place, empty too. */
  another(): Promise<RegistryBench>;
  /** What somebody with the database's own tools does to it. */
  execute(sql: string): Promise<void>;
  close(): Promise<void>;
}

export type GetBench = () => RegistryBench;

export const BY = { by: 'the tests' };

export function definitionOf(name: string, more: object = {}) {
  return { name, description: `What ${name} does.`, code: `return '${name}';`, ...more };
}

export function registryContract(kind: string, makeBench: () => Promise<RegistryBench>): void {
  describe(`the ${kind} registry`, () => {
    let bench: RegistryBench | undefined;
    const get: GetBench = () => {
      if (bench === undefined) throw new Error('The test has not begun.');
      return bench;
    };
    beforeEach(async () => {
      bench = await makeBench();
    });
    afterEach(() => bench?.close());
    describe('writing', () => writingContract(get));
    describe('reading', () => readingContract(get));
    describe('telling of changes', () => changesContract(get));
    describe('quarantine', () => quarantineContract(get));
    describe('export and import', () => transferContract(get));
  });
}
