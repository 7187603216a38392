import { describe, expect, it } from 'vitest';
import { endedFault, lostFault, reasonOf, unknownFault } from '../../../../../src/engine/docker/session/session-end.ts';
import { reportOf, withFiles } from '../../../../../src/engine/docker/session/session-report.ts';
import { neverStarted } from '../../../../../src/run/run.ts';

const whole = { head: 'all', tail: '', droppedBytes: 0 };
const none = { artifacts: [], leftOut: 0, reasons: [] };
const file = { path: 'a', mimeType: 'text/plain', bytes: 1, content: Buffer.from('x') };

describe('the report of a command', () => {
  it('says what is missing, and nothing where nothing is', () => {
    const end = { exitCode: 1, stdout: whole, stderr: { head: 'a', tail: 'z', droppedBytes: 24 } };
    const report = reportOf(end, { isTimedOut: false, ms: 5 }, none);
    expect(report).toMatchObject({ exitCode: 1, stdout: 'all', stderr: 'a\n… 24 bytes left out …\nz', ms: 5 });
    expect(report.truncated).toEqual({ stdoutBytes: 0, stderrBytes: 24, artifacts: 0 });
    const clean = reportOf({ exitCode: 0, stdout: whole, stderr: whole }, { isTimedOut: false, ms: 5 }, none);
    expect(clean).not.toHaveProperty('truncated');
  });
});

describe('the report of a program with files', () => {
  const report = { ...neverStarted(AbortSignal.abort(), performance.now()), runMs: 7.4 };

  it('has them, and a line of the logs for each that was left out', () => {
    const files = withFiles(report, { artifacts: [file], leftOut: 2, reasons: ['too large', 'a link'] });
    expect(files.artifacts).toEqual([file]);
    expect(files.logs).toEqual([
      { level: 'warn', text: 'too large', atMs: 7 },
      { level: 'warn', text: 'a link', atMs: 7 },
    ]);
    expect(files.truncated).toEqual({ logLines: 0, logBytes: 0, artifacts: 2 });
  });

  it('is the same where there are none', () => {
    expect(withFiles(report, none)).toEqual(report);
  });
});

describe('the end of a sandbox', () => {
  it.each([
    [undefined, 'the Docker daemon went away'],
    [{ exitCode: 137, isOutOfMemory: true }, 'it was out of memory (limit sandboxMb)'],
    [
      { exitCode: 137, isOutOfMemory: false },
      'its container was killed with signal 9, from outside or by a command in it',
    ],
    [{ exitCode: 7, isOutOfMemory: false }, 'its own process ended with exit code 7'],
  ])('by %j is that %s', (exit, reason) => {
    expect(reasonOf(exit)).toBe(reason);
  });

  it('fails what was under way and what comes later, neither to be tried again, and says what makes a new one', () => {
    const lost = lostFault('it was stopped');
    expect(lost).toMatchObject({ code: 'SANDBOX_LOST', retryable: false });
    expect(lost.message).toContain('sandbox.initialize makes a new one');
    expect(endedFault('x', 'it was stopped')).toMatchObject({ code: 'ARGUMENTS_INVALID', retryable: false });
    expect(unknownFault('x"\n').message).toContain('There is no sandbox "x\\"\\n" in this workspace');
  });
});
