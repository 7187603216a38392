/** What one program that will not end tries, and what its run must come to. */
import { expect } from 'vitest';

export interface LivenessCase {
  /** Begins with the number of the input that it stands for. */
  readonly title: string;
  readonly program: string;
  readonly outcome: object;
}

/** Ended for its processor time; for its wall time where the machine was busy with others. */
export const TIMED_OUT = {
  kind: 'limit-exceeded',
  error: { limit: expect.stringMatching(/^(?:cpuMs|wallMs)$/) },
};

/** As above, or refused for want of memory, by the language or by the limit: whichever is first. */
export const ENDED = {
  kind: expect.stringMatching(/^(?:limit-exceeded|program-threw)$/),
  error: {
    name: expect.stringMatching(/^(?:LimitExceeded|RangeError|TypeError)$/),
    message: expect.stringMatching(/\(limit (?:cpuMs|wallMs|heapMb)\)|allocation failed|Maximum BigInt size|Invalid/),
  },
};
