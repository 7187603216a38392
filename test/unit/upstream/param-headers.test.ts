import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { headerWishes, paramHeaders } from '../../../src/upstream/param-headers.ts';

function schema(properties: JsonObject): JsonObject {
  return { type: 'object', properties };
}

const region = schema({ region: { type: 'string', 'x-mcp-header': 'Region' } });

test.each<[string, Json, string]>([
  ['plain text', 'eu-1', 'eu-1'],
  ['text with a space inside', 'a b', 'a b'],
  ['text with a space at its end', 'a ', '=?base64?YSA=?='],
  ['nothing', '', '=?base64??='],
  ['a line break', 'a\r\nX: b', '=?base64?YQ0KWDogYg==?='],
  ['other letters', 'grün', '=?base64?Z3LDvG4=?='],
  ['what looks encoded', '=?base64?YQ==?=', '=?base64?PT9iYXNlNjQ/WVE9PT89?='],
])('%s is sent so that it arrives as it was', (_name, value, header) => {
  expect(paramHeaders(region, { region: value })).toEqual({ 'Mcp-Param-Region': header });
});

test('numbers and booleans are sent as they are written, and what is nested is found', () => {
  const wanted = schema({
    count: { type: 'integer', 'x-mcp-header': 'Count' },
    on: { type: 'boolean', 'x-mcp-header': 'On' },
    where: schema({ zone: { type: 'string', 'x-mcp-header': 'Zone' } }),
  });
  expect(paramHeaders(wanted, { count: 3, on: false, where: { zone: 'a' } })).toEqual({
    'Mcp-Param-Count': '3',
    'Mcp-Param-On': 'false',
    'Mcp-Param-Zone': 'a',
  });
});

test('what is absent, or no single value, is not sent', () => {
  for (const value of [undefined, null, 1.5, 2 ** 60, [], {}, 'x'.repeat(5_000)]) {
    expect(paramHeaders(region, value === undefined ? {} : { region: value })).toEqual({});
  }
  expect(paramHeaders(schema({ constructor: { type: 'string', 'x-mcp-header': 'C' } }), {})).toEqual({});
});

test.each<[string, JsonObject, RegExp]>([
  ['a name with a line break', { a: { type: 'string', 'x-mcp-header': 'A\r\nB' } }, /invalid name for "a"/],
  ['a name that is no text', { a: { type: 'string', 'x-mcp-header': 7 } }, /invalid name for "a"/],
  ['an object', { a: { type: 'object', 'x-mcp-header': 'A' } }, /"a", which is no string, integer or boolean/],
  [
    'the same name twice',
    { a: { type: 'string', 'x-mcp-header': 'A' }, b: { type: 'string', 'x-mcp-header': 'a' } },
    /same HTTP header twice/,
  ],
  [
    'a place inside an array',
    { a: { type: 'array', items: { type: 'string', 'x-mcp-header': 'A' } } },
    /no fixed place/,
  ],
  ['a branch', { a: { anyOf: [{ type: 'string', 'x-mcp-header': 'A' }] } }, /no fixed place/],
])('a wish for %s is refused', (_name, properties, reason) => {
  const wishes = headerWishes(schema(properties));
  expect(wishes).toMatchObject({ kind: 'invalid', reason: expect.stringMatching(reason) });
  expect(paramHeaders(schema(properties), { a: 'x' })).toEqual({});
});

test('a property that is called like the wish is no wish', () => {
  expect(headerWishes(schema({ 'x-mcp-header': { type: 'string' } }))).toEqual({ kind: 'valid', wishes: [] });
});
