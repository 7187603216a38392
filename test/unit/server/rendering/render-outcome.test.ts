import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/base/fault.ts';
import type { Json } from '../../../../src/base/json.ts';
import { OUTCOME_KINDS, type Outcome } from '../../../../src/outcome.ts';
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
  timings: { typecheckMs: 1, bundleMs: 1, startMs: 1, runMs: 31, totalMs: 34 },
};
const call = { server: 'github', tool: 'search', ms: 5 };

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

  it('shows a small result whole and only the beginning of a large one, with where to find the rest', () => {
    expect(outcomeText({ ...base, result: 'x'.repeat(4_000) })).toContain('x'.repeat(4_000));
    const large = outcomeText({ ...base, result: 'x'.repeat(5_000) });
    expect(large.length).toBeLessThan(700);
    expect(large).toContain('5002 characters; the full value is in structuredContent');
  });

  it('shows every diagnostic with line, column, code and hint', () => {
    const diagnostics = [{ line: 3, column: 14, code: 'TS2339', message: 'No property x.', hint: 'Did you mean y?' }];
    expect(outcomeText({ ...base, kind: 'type-error', diagnostics })).toContain(
      '3:14 TS2339 No property x. Did you mean y?',
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
    expect(text).toContain('TypeError: boom at 2:7\n2 | f()');
    expect(text).not.toContain('secret');
  });

  it('names failed tool calls, five at most', () => {
    const failed = Array.from({ length: 7 }, () => ({ ...call, ok: false, code: 'upstream-error' as const }));
    const text = outcomeText({ ...base, toolCalls: failed });
    expect(text.match(/failed call: github\.search \(upstream-error\)/g)).toHaveLength(5);
    expect(text).toContain('and 2 more failed calls');
  });

  it('shows the console, cut, and how many lines were dropped', () => {
    const logs = [
      { level: 'warn' as const, text: 'careful', atMs: 1 },
      { level: 'log' as const, text: 'y'.repeat(3_000), atMs: 2 },
    ];
    const text = outcomeText({ ...base, logs, truncated: { logLines: 9, logBytes: 99 } });
    expect(text).toContain('2 log lines, 9 more were dropped:\n[warn] careful');
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
