/** What one program that takes memory tries, and what its run must come to. */
import { expect } from 'vitest';

export interface MemoryCase {
  /** Begins with the number of the input that it stands for. */
  readonly title: string;
  readonly program: string;
  readonly outcome: object;
}

export const OUT_OF_MEMORY = { kind: 'limit-exceeded', error: { limit: 'heapMb' } };

/** Or the language refuses first. A deadline is not among it: what dies of memory must not stand until then. */
export const OUT_OF_MEMORY_OR_REFUSED = {
  kind: expect.stringMatching(/^(?:limit-exceeded|program-threw)$/),
  error: {
    message: expect.stringMatching(
      /\(limit heapMb\)|allocation failed|Invalid (?:string|array|typed array|array buffer)|Out of memory|could not allocate|Maximum|size exceeded|too large/i,
    ),
  },
};

/** Or it takes so long that a deadline is first. */
export const OUT_OF_MEMORY_OR_TIME = {
  kind: 'limit-exceeded',
  error: { limit: expect.stringMatching(/^(?:heapMb|cpuMs|wallMs)$/) },
};
