import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../../../src/base/json.ts';
import {
  cleanLine,
  cleanText,
  docLines,
  escapeComment,
  inlineDoc,
  renderDocComment,
} from '../../../../../src/compile/json-schema/text/doc-comment.ts';

describe('a text of a stranger', () => {
  test.each([
    ['a\r\nb\rc\u2028d\u2029e\u0085f', 'a\nb\nc\nd\ne\nf'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['safe\u202eevil\u2066\u200b\ufeff', 'safeevil'],
    ['tab\there\0\u0007', 'tab here'],
    ['half \ud800 and \udc00', 'half  and'],
    ['  around \n', 'around'],
    ['Grüße, 名前 👍', 'Grüße, 名前 👍'],
  ])('%j becomes harmless', (text, clean) => expect(cleanText(text, 100)).toBe(clean));

  it('is cut with an ellipsis, and never through a character', () => {
    expect(cleanText('x'.repeat(11), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(cleanText('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(cleanText(`${'x'.repeat(9)}👍`, 10).isWellFormed()).toBe(true);
    expect(cleanText('\u202e'.repeat(1_000_000), 10)).toBe('…');
  });

  it('is one line where one is wanted', () => expect(cleanLine('a\n\n  b\u2028c', 100)).toBe('a b c'));
});

describe('a comment', () => {
  it('cannot be ended or turned into an order to the compiler', () => {
    expect(escapeComment('*/ **/ @ts-ignore @TS-NoCheck')).toBe('*\\/ **\\/ @ ts-ignore @ TS-NoCheck');
    expect(renderDocComment(['a */ b'], '')).toBe('/** a *\\/ b */\n');
    // The end of one line and the start of the next make no end of a comment either.
    expect(renderDocComment(['a *', '/ b', 'long '.repeat(30)], '').match(/\*\//g)).toHaveLength(1);
    expect(renderDocComment(['a *', '/ b'], '').match(/\*\//g)).toHaveLength(1);
  });

  it('is one line or several, as it fits', () => {
    expect(renderDocComment([], '  ')).toBe('');
    expect(renderDocComment(['a', '@b'], '  ')).toBe('  /** a @b */\n');
    expect(renderDocComment(['a\n\nb'], '  ')).toBe('  /**\n   * a\n   *\n   * b\n   */\n');
  });
});

describe('what a schema says beyond its type', () => {
  const lines = (schema: JsonObject, name = 'x') => docLines(schema, name).join(' | ');

  test.each<[JsonObject, string]>([
    [{ description: 'What it is.' }, 'What it is.'],
    [{ title: 'Long name' }, 'Long name'],
    [{ title: 'A title', description: 'And more.' }, 'And more.'],
    [{ type: 'integer', minimum: 1, maximum: 10 }, '@integer @minimum 1 @maximum 10'],
    [{ type: 'string', format: 'date-time', pattern: '^a*/$' }, '@format date-time @pattern ^a*/$'],
    [{ default: { a: [1, null] } }, '@default {"a":[1,null]}'],
    [{ default: '' }, '@default'],
    [{ default: false }, ''],
    [{ minItems: 0, maxItems: 3, uniqueItems: true }, '@minItems 0 @maxItems 3 @uniqueItems'],
    [{ description: 'Old.', deprecated: true }, 'Old. | @deprecated'],
    [{ examples: ['a', 'b'] }, '@examples ["a","b"]'],
    [{ description: 1, title: [], format: {} }, '@format {}'],
    [{ type: 'string', enum: ['a'] }, ''],
  ])('%j says %j', (schema, expected) => expect(lines(schema)).toBe(expected));

  it('leaves out a title that only repeats the name', () => {
    expect(lines({ title: 'User Id' }, 'user_id')).toBe('');
    expect(lines({ title: 'User Id' }, 'id')).toBe('User Id');
  });

  it('fits before an element', () => {
    expect(inlineDoc({ description: 'a\nb */', minimum: 1 })).toBe('/** a b *\\/ @minimum 1 */ ');
    expect(inlineDoc({ type: 'string' })).toBe('');
  });
});
