import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError, parseGuestError, parseLogTail, parsePending } from '../../../sandbox-runtime/protocol.ts';

const key = fc.constantFrom(
  'lines',
  'level',
  'atMs',
  'text',
  'droppedLines',
  'droppedBytes',
  'name',
  'stack',
  'call',
  '__proto__',
);
const odd = fc.constantFrom('info', 'text', -1, 0.5, 1, 2 ** 53, null, true, [], [{}], [{ call: 1, stack: '' }], {});
const lookalike = fc
  .array(fc.tuple(key, odd))
  .map((members) => `{${members.map(([name, it]) => `"${name}":${JSON.stringify(it)}`).join()}}`);
const anyText = fc.oneof(
  lookalike,
  lookalike.map((text) => `[${text}]`),
  fc.json(),
  fc.string({ unit: 'binary' }),
);

/** What the parser makes of a text, where a refusal is one of its answers and any other error is none. */
function refusedOr(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return 'refused';
  }
}

describe('parseLogTail', () => {
  const line = { level: 'warn', atMs: 1.5, text: 'text' };
  const tailOf = (lines: unknown, more: object = {}) =>
    JSON.stringify({ droppedLines: 1, droppedBytes: 2, lines, ...more });

  it('gives the tail, with known fields only', () => {
    const expected = { droppedLines: 1, droppedBytes: 2, lines: [line] };
    expect(parseLogTail(tailOf([{ ...line, extra: 1 }], { extra: 1 }), 1)).toEqual(expected);
  });

  it('takes as many lines as it may and no more', () => {
    expect(parseLogTail(tailOf([line, line]), 2).lines).toHaveLength(2);
    expect(() => parseLogTail(tailOf([line, line, line]), 2)).toThrow(ProtocolError);
  });

  it.each<[string, string]>([
    ['no list of lines', tailOf({ length: 1, 0: line })],
    ['a line that is none', tailOf(['text'])],
    ['a line without a text', tailOf([{ level: 'warn', atMs: 1 }])],
    ['a line of an unknown level', tailOf([{ ...line, level: 'toString' }])],
    ['less than nothing dropped', tailOf([], { droppedLines: -1 })],
    ['more dropped than can be counted', tailOf([], { droppedBytes: 2 ** 53 })],
    ['no object', '[]'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseLogTail(text, 10)).toThrow(ProtocolError);
  });
});

describe('parseGuestError', () => {
  it('gives the three texts and nothing else', () => {
    const text = '{"name":"E","message":"m","stack":"s","more":{},"errors":{},"__proto__":{"name":"no"}}';
    expect(parseGuestError(text)).toEqual({ name: 'E', message: 'm', stack: 's' });
  });

  it('gives what the error was caused by and is made of, up to sixteen others in all', () => {
    const plain = { name: 'E', message: 'm', stack: 's' };
    const cause = { ...plain, errors: Array.from({ length: 15 }, () => plain) };
    expect(parseGuestError(JSON.stringify({ ...plain, cause }))).toEqual({ ...plain, cause });
    const errors = [...cause.errors, plain];
    const tooMany = JSON.stringify({ ...plain, cause: { ...plain, errors } });
    expect(() => parseGuestError(tooMany)).toThrow('An error brings along too many others.');
    expect(() => parseGuestError(JSON.stringify({ ...plain, cause: 'no error' }))).toThrow(ProtocolError);
  });

  it('refuses an error of which a text is missing or no text', () => {
    for (const field of ['name', 'message', 'stack']) {
      for (const forged of [undefined, null, 1, {}, ['text']]) {
        const error = { name: 'E', message: 'm', stack: 's', [field]: forged };
        expect(() => parseGuestError(JSON.stringify(error))).toThrow(`A message has no valid ${field}.`);
      }
    }
  });
});

describe('parsePending', () => {
  it('gives ids and stacks', () => {
    expect(parsePending('[{"call":1,"stack":"at x","more":1}]', 1)).toEqual([{ call: 1, stack: 'at x' }]);
    expect(parsePending('[]', 0)).toEqual([]);
  });

  it.each([
    '{}',
    'null',
    '',
    '[{"call":1,"stack":"a"},{"call":2,"stack":"b"}]',
    '[{"call":-1,"stack":"a"}]',
    '[{"call":1}]',
    '[1]',
    '[],"list":[]',
    '[]}{',
  ])('refuses %j where one call was made', (text) => {
    expect(() => parsePending(text, 1)).toThrow(ProtocolError);
  });
});

const payloadParsers: readonly ((text: string) => unknown)[] = [
  (text) => parseLogTail(text, 5),
  parseGuestError,
  (text) => parsePending(text, 5),
];

describe('any payload', () => {
  it('is parsed or refused by a ProtocolError, and by nothing else', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const parse of payloadParsers) refusedOr(() => parse(text));
      }),
    );
  });

  it('may be nested by the hundred thousand', () => {
    const deep = '['.repeat(300_000) + ']'.repeat(300_000);
    for (const parse of payloadParsers) {
      for (const text of [deep, `{"lines":${deep}}`]) expect(refusedOr(() => parse(text))).toBe('refused');
    }
  });
});
