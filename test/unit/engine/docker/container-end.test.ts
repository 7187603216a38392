import { describe, expect, it } from 'vitest';
import { explainFailedStart, readContainerEnd } from '../../../../src/engine/docker/container/container-end.ts';

describe('the end of a container', () => {
  it.each([
    [137, true, { kind: 'limit', limit: 'heapMb' }],
    [137, false, { kind: 'limit', limit: 'heapMb' }],
    [134, false, { kind: 'limit', limit: 'heapMb' }],
    [139, false, { kind: 'limit', limit: 'heapMb' }],
    [152, false, { kind: 'limit', limit: 'cpuMs' }],
    [143, false, { kind: 'lost', message: expect.stringMatching(/stopped from outside/) }],
    [0, false, { kind: 'exited', message: expect.stringMatching(/exit code 0 /) }],
    [7, false, { kind: 'exited', message: expect.stringMatching(/exit code 7 /) }],
    [129, false, { kind: 'exited', message: expect.stringMatching(/exit code 129 /) }],
  ])('with exit code %i, out of memory %s, means %j', (exitCode, isOutOfMemory, expected) => {
    expect(readContainerEnd({ exitCode, isOutOfMemory })).toEqual(expected);
  });

  it('that the daemon cannot tell of is a loss', () => {
    expect(readContainerEnd(undefined)).toEqual({ kind: 'lost', message: expect.stringMatching(/daemon went away/) });
  });

  it('before it was ready is explained where it can be', () => {
    expect(explainFailedStart(127, 'x')).toBe('The image x has no node that can be run.');
    expect(explainFailedStart(126, 'x')).toMatch(/no node/);
    expect(explainFailedStart(9, 'x')).toMatch(/too old/);
    expect(explainFailedStart(1, 'x')).toBeUndefined();
    expect(explainFailedStart(undefined, 'x')).toBeUndefined();
  });
});
