import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/base/fault.ts';
import type { Json } from '../../../../src/base/json.ts';
import { OUTCOME_KINDS, type Outcome } from '../../../../src/program/outcome.ts';
import { OUTCOME_SCHEMA } from '../../../../src/server/rendering/outcome-schema.ts';
import { renderFault, renderMistakes } from '../../../../src/server/rendering/render-fault.ts';
import { outcomeText, renderOutcome } from '../../../../src/server/rendering/render-outcome.ts';

const base: Outcome = {
  kind: 'completed',
  runId: 'r1',
  logs: [],
  toolCalls: [],
  engine: 'node',
  isolation: 'isolate',
  timings: { connectMs: 0, typecheckMs: 1, bundleMs: 1, startMs: 1, runMs: 31, totalMs: 34 },
};
const call = { server: 'github', tool: 'search', ms: 5 };

function linesOf(texts: readonly string[]): Outcome['logs'] {
  return texts.map((text, atMs) => ({ level: 'log', text, atMs }));
}

describe('an outcome with files', () => {
  it('has their content beside the text, and all else of them in structuredContent, as the schema says', () => {
    const content = Buffer.from('hello');
    const artifacts = [{ path: 'a.txt', mimeType: 'text/plain', bytes: 5, content }];
    const rendered = renderOutcome({ ...base, artifacts, truncated: { logLines: 0, logBytes: 0, artifacts: 2 } });
    expect(rendered.content.map(({ type }) => type)).toEqual(['text', 'resource']);
    expect(rendered.content[0]).toMatchObject({ text: expect.stringMatching(/file: a\.txt .*\nfiles left out: 2/) });
    expect(rendered.structuredContent).toHaveProperty('artifacts', [
      { path: 'a.txt', mimeType: 'text/plain', bytes: 5 },
    ]);
    expect(new Ajv().validate(OUTCOME_SCHEMA, rendered.structuredContent)).toBe(true);
  });
});

describe('an outcome as text', () => {
  it('says how it ended, how long it took and what came of it', () => {
    const text = outcomeText({ ...base, result: { a: [1] }, toolCalls: [{ ...call, ok: true }] });
    expect(text).toBe('completed in 34 ms, 1 tool call (isolate)\nresult: {"a":[1]}');
  });

  it('says that a program returned undefined', () => {
    expect(outcomeText(base)).toContain('result: undefined');
  });

  it('shows a small result whole, and of a large one as much as of the largest that is whole', () => {
    const whole = outcomeText({ ...base, result: 'x'.repeat(4_094) });
    expect(whole).toContain('x'.repeat(4_094));
    expect(whole).not.toContain('structuredContent');
    const large = outcomeText({ ...base, result: 'x'.repeat(50_000) });
    expect(large).toContain('x'.repeat(4_095));
    expect(large).toMatch(/…\n\(the first 4096 of 50002 characters; the full value is in structuredContent\)$/);
    expect(large.length).toBeLessThan(4_400);
  });

  it('shows every diagnostic with line, column, code and hint', () => {
    const diagnostics = [{ line: 3, column: 14, code: 'TS2339', message: 'No property x.', hint: 'Did you mean y?' }];
    expect(outcomeText({ ...base, kind: 'type-error', diagnostics })).toContain(
      '3:14 TS2339 No property x. Did you mean y?',
    );
  });

  it('shows the line of the first diagnostics with a caret, where it was given the program', () => {
    const source = 'const one = 1;\nreturn one.two;\nthree();\nfour();\nfive();';
    const at = (line: number) => ({ line, column: 1, code: 'TS1', message: `No ${line}.` });
    const diagnostics = [{ ...at(2), column: 12, hint: 'Try toString.' }, at(3), at(4), at(5)];
    const text = outcomeText({ ...base, kind: 'type-error', diagnostics }, source);
    expect(text).toContain(
      '2:12 TS1 No 2. Try toString.\n    2 | return one.two;\n                   ^\n3:1 TS1 No 3.\n    3 | three();',
    );
    expect(text).toContain('4 | four();');
    expect(text).toMatch(/5:1 TS1 No 5\.$/);
    expect(outcomeText({ ...base, kind: 'type-error', diagnostics })).not.toContain('|');
  });

  it('says where an error was thrown before what it says, so that several mistakes share one place', () => {
    const message = 'a must be a number, not "x"\nb must be a number, not "Paris"';
    const text = outcomeText({
      ...base,
      kind: 'program-threw',
      error: { name: 'ToolError', message, line: 1, column: 75 },
    });
    expect(text).toContain(`ToolError at 1:75: ${message}`);
  });

  it('shows the result that does not fit what was promised, and each mistake in it', () => {
    const error = {
      name: 'InvalidResult',
      message: 'It does not fit.',
      mistakes: ['result.a: expected a string, got null.'],
    };
    expect(outcomeText({ ...base, kind: 'program-threw', result: { a: null }, error })).toContain(
      'InvalidResult: It does not fit.\nresult.a: expected a string, got null.\nresult: {"a":null}',
    );
  });

  it('shows where a program failed, with the frame, and not its stack', () => {
    const error = {
      name: 'TypeError',
      message: 'boom',
      line: 2,
      column: 7,
      frame: '2 | f()\n      ^',
      stack: 'at secret',
    };
    const text = outcomeText({ ...base, kind: 'program-threw', error });
    expect(text).toContain('TypeError at 2:7: boom\n2 | f()');
    expect(text).not.toContain('secret');
  });

  it('names failed tool calls, five at most', () => {
    const failed = Array.from({ length: 7 }, () => ({ ...call, ok: false, code: 'upstream-error' as const }));
    const text = outcomeText({ ...base, toolCalls: failed });
    expect(text.match(/failed call: github\.search \(upstream-error\)/g)).toHaveLength(5);
    expect(text).toContain('and 2 more failed calls');
  });

  it('shows the console whole where it is short, with its levels', () => {
    const text = outcomeText({ ...base, logs: linesOf(['a', 'b']).map((line) => ({ ...line, level: 'warn' })) });
    expect(text).toMatch(/\n2 log lines:\n\[warn\] a\n\[warn\] b$/);
  });

  it('says how many lines were dropped, and where', () => {
    const text = outcomeText({
      ...base,
      logs: linesOf(['first', 'last']),
      truncated: { logLines: 4_000, logBytes: 9, afterLogLine: 1 },
    });
    expect(text).toMatch(/\n2 log lines, 4000 more were dropped:\nfirst\n…\(4000 lines were dropped here\)…\nlast$/);
  });

  it('says how many lines were dropped where it is not known where', () => {
    const text = outcomeText({ ...base, logs: linesOf(['a']), truncated: { logLines: 1, logBytes: 9 } });
    expect(text).toMatch(/\n1 log line, 1 more was dropped:\na$/);
  });

  it('shows the first and the last of a long console, in whole lines', () => {
    const logs = linesOf(Array.from({ length: 1_000 }, (_, at) => `line ${at}`));
    const text = outcomeText({ ...base, logs, truncated: { logLines: 4_000, logBytes: 9, afterLogLine: 500 } });
    expect(text).toContain('\n1000 log lines, 4000 more were dropped:\nline 0\nline 1\n');
    expect(text).toMatch(/\n…\(\d+ characters left out; the 1000 lines are in structuredContent\)…\nline \d+\n/);
    expect(text).toMatch(/\nline 998\nline 999$/);
    expect(text.length).toBeLessThan(1_300);
  });

  it('shows more of the end of the console where the program failed', () => {
    const logs = linesOf(Array.from({ length: 100 }, (_, at) => `number ${at}, ${'-'.repeat(20)}`));
    const shares = (kind: Outcome['kind']) => {
      const [head = '', tail = ''] = outcomeText({ ...base, kind, logs }).split('…(');
      return { head: head.match(/number/g)?.length ?? 0, tail: tail.match(/number/g)?.length ?? 0 };
    };
    const [ended, failed] = [shares('completed'), shares('program-threw')];
    expect(failed.tail).toBeGreaterThan(2 * failed.head);
    expect(ended.tail).toBeLessThanOrEqual(ended.head + 1);
    expect(failed.head).toBeGreaterThan(0);
  });

  it('shows both ends of one endless line', () => {
    const text = outcomeText({ ...base, logs: linesOf([`begin${'y'.repeat(30_000)}end`]) });
    expect(text).toMatch(/\nbeginy+\n…\(29\d{3} characters left out; the line is in structuredContent\)…\ny+end$/);
    expect(text.length).toBeLessThan(1_300);
  });

  it('spells out terminal escapes, direction overrides and lone surrogates', () => {
    const text = outcomeText({ ...base, logs: [{ level: 'log', text: '\u001b[31mred\u202e\ud800', atMs: 1 }] });
    expect(text).toContain('\\u001b[31mred\\u202e\ufffd');
    expect(text.isWellFormed()).toBe(true);
  });
});

describe('an outcome as an answer', () => {
  it('is exact in structuredContent', () => {
    const outcome: Outcome = { ...base, result: JSON.parse('{"__proto__":{"x":1},"then":2}') };
    expect(JSON.stringify(renderOutcome(outcome).structuredContent)).toBe(JSON.stringify(outcome));
  });

  it.each(OUTCOME_KINDS)('of kind %s is an error unless it is completed', (kind) => {
    expect(renderOutcome({ ...base, kind }).isError).toBe(kind !== 'completed');
  });

  it('fits the outputSchema in both dialects that clients use, for any result', () => {
    const validators = [
      new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }),
      new Ajv2020({ strict: true, strictRequired: false }),
    ].map((ajv) => ajv.compile(OUTCOME_SCHEMA));
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...OUTCOME_KINDS), fc.string(), (result, kind, message) => {
        const outcome: Outcome = {
          ...base,
          kind,
          result: result as Json,
          error: { name: 'E', message, line: 1, column: 1 },
        };
        const rendered = renderOutcome(outcome);
        for (const validate of validators)
          expect(validate(rendered.structuredContent), JSON.stringify(validate.errors)).toBe(true);
        expect(rendered.content).toHaveLength(1);
      }),
    );
  });

  it('has an outputSchema that also admits faults and refuses what is neither', () => {
    const validate = new Ajv().compile(OUTCOME_SCHEMA);
    expect(validate(renderFault(new Fault('POOL_SATURATED', 'Full.')).structuredContent)).toBe(true);
    expect(validate(renderMistakes('run_js', ['code: wrong.']).structuredContent)).toBe(true);
    expect(validate({})).toBe(false);
    expect(validate({ kind: 'finished', error: { message: 'x' } })).toBe(false);
  });
});
