import { describe, expect, it } from 'vitest';
import { printOutcome } from '../../../src/cli/print-outcome.ts';
import { insteadOfImport } from '../../../src/compile/esbuild/import-advice.ts';
import type { Outcome } from '../../../src/program/outcome.ts';
import { createRememberingTerminal, outcomeOf } from './command-bench.ts';

function print(given: Partial<Outcome>, code = '') {
  const terminal = createRememberingTerminal();
  printOutcome(outcomeOf(given), code, terminal);
  return { out: terminal.out.join('\n'), err: terminal.err.join('\n') };
}

describe('an outcome for a person', () => {
  it('has the result alone on stdout', () => {
    const logs = [{ level: 'warn', text: 'careful', atMs: 1 }] as const;
    const { out, err } = print({ result: { a: [1] }, logs });
    expect(JSON.parse(out)).toEqual({ a: [1] });
    expect(err.split('\n')).toEqual([
      'warn  careful',
      'completed in 10.0 ms on node (isolate) connect 5.0 ms, type-check 1.0 ms, bundle 2.0 ms, start 3.0 ms, run 4.0 ms',
    ]);
  });

  it('shows a string as it is, null as null, and nothing for undefined', () => {
    expect(print({ result: 'two\nlines' }).out).toBe('two\nlines');
    expect(print({ result: null }).out).toBe('null');
    expect(print({}).out).toBe('');
  });

  it('shows diagnostics in the program, with their hints', () => {
    const diagnostic = { line: 2, column: 7, code: 'TS2339', message: 'There is no "x".', hint: 'Did you mean "y"?' };
    const { out, err } = print({ kind: 'type-error', diagnostics: [diagnostic] }, 'const a = 1;\nreturn a.x;');
    expect(out).toBe('');
    expect(err.split('\n').slice(0, 4)).toEqual([
      '2:7 TS2339 There is no "x".',
      '    2 | return a.x;',
      '              ^',
      '  Did you mean "y"?',
    ]);
  });

  it('speaks of the option where a hint speaks of dependencies of a request', () => {
    const hint = insteadOfImport('@s/p/sub', 'here');
    const diagnostic = { line: 1, column: 1, code: 'TS2307', message: 'No.', hint };
    expect(print({ kind: 'type-error', diagnostics: [diagnostic] }, 'x').err).toContain(
      'pass --dependency @s/p@<range>;',
    );
  });

  it('shows an error with its position and frame, and failed calls with their code', () => {
    const error = { name: 'TypeError', message: 'no', line: 3, column: 4, frame: '3 | x()\n    ^' };
    const toolCalls = [
      { server: 's', tool: 'good', ms: 1.4, ok: true },
      { server: 's', tool: 'bad', ms: 2, ok: false, code: 'denied' },
    ] as const;
    const { err } = print({ kind: 'program-threw', error, toolCalls });
    expect(err).toMatch(
      /^TypeError at 3:4: no\n3 \| x\(\)\n {4}\^\ncall {2}s\.good ok 1 ms\ncall {2}s\.bad denied 2 ms\nprogram-threw in/,
    );
  });

  it('says how much console output was left out, and where', () => {
    const logs = ['one', 'two'].map((text, atMs) => ({ level: 'log', text, atMs }) as const);
    expect(print({ logs, truncated: { logLines: 7, logBytes: 1, afterLogLine: 1 } }).err).toMatch(
      /^log {3}one\n\(7 lines of console output were left out here\)\nlog {3}two\n/,
    );
  });

  it('lets no program steer the terminal', () => {
    const steering = '\u{1b}[2J\u{202e}';
    const { out, err } = print({
      result: steering,
      logs: [{ level: 'log', text: steering, atMs: 0 }],
      error: { name: 'E', message: steering },
    });
    for (const character of steering)
      if (character < ' ' || character > '~') expect(out + err).not.toContain(character);
  });
});
