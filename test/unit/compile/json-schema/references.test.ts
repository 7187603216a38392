import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { createReferences } from '../../../../src/compile/json-schema/references.ts';

const ROOT: JsonObject = {
  $id: 'https://example.test/root',
  $defs: {
    name: { type: 'string' },
    'a/b~c d': { type: 'number' },
    anchored: { $anchor: 'here', type: 'boolean' },
    old: { $id: '#there', type: 'null' },
    inner: { $id: 'https://example.test/inner', $defs: { name: { type: 'array' } } },
    allowed: true,
    self: { $ref: '#/$defs/self' },
    ping: { allOf: [{ $ref: '#/$defs/pong' }] },
    pong: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/ping' }] },
    list: { type: 'array', items: { $ref: '#/$defs/list' } },
  },
};

const references = createReferences(ROOT);
const target = ($ref: string, resource = ROOT) => references.targets({ $ref }, resource)[0];

describe('a reference', () => {
  test.each([
    ['#/$defs/name', { type: 'string' }],
    ['#/$defs/a~1b~0c%20d', { type: 'number' }],
    ['#here', { $anchor: 'here', type: 'boolean' }],
    ['https://example.test/inner#/$defs/name', { type: 'array' }],
    ['https://example.test/root#/$defs/name', { type: 'string' }],
    ['#/$defs/allowed', true],
    ['#', ROOT],
  ])('leads to its place: %s', (ref, schema) => expect(target(ref)?.schema).toEqual(schema));

  it('finds an anchor of draft-07, which is an $id', () => {
    expect(target('#there')?.schema).toEqual({ $id: '#there', type: 'null' });
  });

  it('means the embedded schema that it stands in', () => {
    const inner = target('https://example.test/inner')?.schema as JsonObject;
    expect(target('#/$defs/name', inner)?.schema).toEqual({ type: 'array' });
  });

  test.each([
    '#/$defs/nothing',
    '#/constructor',
    '#/$defs/__proto__',
    '#/$defs/list/type',
    '#/%E0%',
    '#nowhere',
    'other.json',
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    `#/${'a'.repeat(3_000)}`,
  ])('leads nowhere: %s', (ref) => expect(target(ref)).toBeUndefined());

  it('is circular where nothing but references and combinators lies between', () => {
    const isCircular = (ref: string) => {
      const found = target(ref);
      return found && references.isCircular(found);
    };
    expect(['self', 'ping', 'pong'].map((name) => isCircular(`#/$defs/${name}`))).toEqual([true, true, true]);
    expect(['list', 'name', 'allowed'].map((name) => isCircular(`#/$defs/${name}`))).toEqual([false, false, false]);
  });
});
