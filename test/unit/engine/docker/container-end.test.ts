import { describe, expect, it } from 'vitest';
import { explainFailedStart, readContainerEnd } from '../../../../src/engine/docker/container/container-end.ts';

describe('the end of a container', () => {
  it.each([
    [137, true, { kind: 'limit', limit: 'heapMb' }],
    [137, false, { kind: 'exited', message: expect.stringMatching(/process was ended by signal SIGKILL /) }],
    [134, false, { kind: 'exited', message: expect.stringMatching(/by signal SIGABRT /) }],
    [139, false, { kind: 'exited', message: expect.stringMatching(/by signal SIGSEGV /) }],
    [152, false, { kind: 'limit', limit: 'cpuMs' }],
    [
      143,
      false,
      { kind: 'lost', fault: expect.objectContaining({ message: expect.stringMatching(/stopped from outside/) }) },
    ],
    [0, false, { kind: 'exited', message: expect.stringMatching(/exit code 0 /) }],
    [7, false, { kind: 'exited', message: expect.stringMatching(/exit code 7 /) }],
    [200, false, { kind: 'exited', message: expect.stringMatching(/exit code 200 /) }],
    [129, false, { kind: 'exited', message: expect.stringMatching(/by signal SIGHUP /) }],
  ])('with exit code %i, out of memory %s, means %j', (exitCode, isOutOfMemory, expected) => {
    expect(readContainerEnd({ exitCode, isOutOfMemory }, 'Aborted')).toEqual(expected);
  });

  it.each([134, 133, 139])('with exit code %i is want of memory where V8 or the C++ library said so', (exitCode) => {
    for (const words of [
      '<--- Last few GCs --->',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      "terminate called after throwing an instance of 'std::bad_alloc'",
    ]) {
      expect(readContainerEnd({ exitCode, isOutOfMemory: false }, words)).toEqual({ kind: 'limit', limit: 'heapMb' });
    }
    expect(readContainerEnd({ exitCode: 3, isOutOfMemory: false }, 'out of memory')).toMatchObject({ kind: 'exited' });
  });

  it('that the daemon cannot tell of is a loss', () => {
    expect(readContainerEnd(undefined, '')).toMatchObject({
      kind: 'lost',
      fault: { code: 'SANDBOX_LOST', retryable: true, message: expect.stringMatching(/daemon went away/) },
    });
  });

  it('before it was ready is explained where it can be', () => {
    expect(explainFailedStart(127, 'x')).toBe('The image x has no node that can be run.');
    expect(explainFailedStart(126, 'x')).toMatch(/no node/);
    expect(explainFailedStart(9, 'x')).toMatch(/too old/);
    expect(explainFailedStart(1, 'x')).toBeUndefined();
    expect(explainFailedStart(undefined, 'x')).toBeUndefined();
  });
});
