import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../src/base/json.ts';
import { unwrap } from '../../../../src/upstream/call/unwrap.ts';

const text = (words: string): JsonObject => ({ type: 'text', text: words });

test.each<[string, JsonObject, Json]>([
  ['structured content before text', { content: [text('x')], structuredContent: { a: 1 } }, { a: 1 }],
  ['structured content that is no object', { content: [], structuredContent: [1, 2] }, [1, 2]],
  ['structured content that is false', { content: [text('x')], structuredContent: false }, false],
  ['null for no structured content', { content: [text('x')], structuredContent: null }, 'x'],
  ['a text that is a JSON object', { content: [text(' {"a": 1}\n')] }, { a: 1 }],
  ['a text that is a JSON array', { content: [text('[1]')] }, [1]],
  ['a text that is a JSON number stays text', { content: [text('42')] }, '42'],
  ['a text that only begins as JSON', { content: [text('[INFO] ready]')] }, '[INFO] ready]'],
  ['an empty text', { content: [text('')] }, ''],
  ['two texts', { content: [text('a'), text('b')] }, [text('a'), text('b')]],
  [
    'one block that is no text',
    { content: [{ type: 'audio', data: 'A', mimeType: 'x' }] },
    [{ type: 'audio', data: 'A', mimeType: 'x' }],
  ],
  ['no content', { content: [] }, []],
  ['content that is left out', {}, []],
  ['content that holds no blocks', { content: [null, 'x'] }, [null, 'x']],
  ['an own __proto__', { content: [text('{"__proto__": {"x": 1}}')] }, JSON.parse('{"__proto__": {"x": 1}}')],
])('%s', (_name, result, expected) => {
  const unwrapped = unwrap(result);
  expect(unwrapped.kind).toBe('value');
  expect('value' in unwrapped && unwrapped.value).toEqual(expected);
});

const picture: JsonObject = { type: 'image', data: 'A', mimeType: 'image/png' };
const link: JsonObject = { type: 'resource_link', uri: 'a://b', name: 'b' };

test.each<[string, JsonObject, readonly JsonObject[] | undefined]>([
  ['beside structured content', { content: [text('x'), picture], structuredContent: { a: 1 } }, [picture]],
  ['among other blocks', { content: [text('x'), picture, link, null] }, [picture]],
  ['where there are none', { content: [text('x'), link] }, undefined],
])('pictures, sounds and resources are told apart %s', (_name, result, media) => {
  const unwrapped = unwrap(result);
  expect(unwrapped.kind === 'value' && unwrapped.media).toEqual(media);
});

test.each<[string, JsonObject, string]>([
  ['its texts', { isError: true, content: [text('a'), { type: 'image' }, text('b')] }, 'a\nb'],
  [
    'its structure where it has no text',
    { isError: true, content: [], structuredContent: { why: 'x' } },
    '{"why":"x"}',
  ],
  ['that it says nothing', { isError: true }, 'The tool failed and did not say why.'],
  [
    'that a person is asked',
    { resultType: 'input_required', inputRequests: {} },
    'The tool asks for input from a person, which a program cannot give.',
  ],
])('a failure says %s', (_name, result, words) => {
  expect(unwrap(result)).toEqual({ kind: 'failed', words });
});

test("an upstream's words are capped and cleaned", () => {
  const unwrapped = unwrap({ isError: true, content: [text(`\u001b[31m${'x'.repeat(100_000)}`)] });
  expect(unwrapped.kind === 'failed' && unwrapped.words).toHaveLength(8_192);
  expect(unwrapped.kind === 'failed' && unwrapped.words.startsWith('xxx')).toBe(true);
});

test('content that is no array is refused', () => {
  expect(unwrap({ content: 'text' })).toEqual({ kind: 'unusable', reason: 'has content that is no array of blocks' });
});

test('a text of JSON too deep to handle stays text', () => {
  const deep = `${'['.repeat(200)}${']'.repeat(200)}`;
  expect(unwrap({ content: [text(deep)] })).toMatchObject({ kind: 'value', value: deep });
});

test('any result comes to one of the three ends', () => {
  const member = fc.constantFrom('content', 'structuredContent', 'isError', 'resultType', '_meta');
  fc.assert(
    fc.property(fc.dictionary(member, fc.jsonValue()), (result) => {
      expect(['value', 'failed', 'unusable']).toContain(unwrap(result as JsonObject).kind);
    }),
  );
});
