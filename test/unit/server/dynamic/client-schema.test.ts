import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { clientSchema, complainAboutInputSchema } from '../../../../src/server/dynamic/client-schema.ts';

describe('an inputSchema', () => {
  it.each<[string, JsonObject]>([
    ['inputSchema.type', {}],
    ['inputSchema.type', { type: ['object'] }],
    ['inputSchema.properties', { type: 'object', properties: [] }],
    ['inputSchema.properties', { type: 'object', properties: { a: null } }],
    ['inputSchema.required', { type: 'object', required: 'a' }],
    ['inputSchema.required', { type: 'object', required: [1] }],
  ])('is refused for its %s where clients would refuse the whole list', (path, schema) => {
    expect(complainAboutInputSchema(schema)).toContain(`${path}: expected`);
  });

  it('is taken as it is where nothing is odd about it', () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
    expect(complainAboutInputSchema(schema)).toBeUndefined();
    expect(clientSchema(schema)).toBe(schema);
    expect(complainAboutInputSchema({ type: 'object' })).toBeUndefined();
  });

  it('is spelled without true and false in the place of a schema, whatever its members are called', () => {
    const properties = JSON.parse('{"a": true, "b": false, "__proto__": true, "c": {"not": true}}');
    expect(JSON.stringify(clientSchema({ type: 'object', properties }))).toBe(
      '{"type":"object","properties":{"a":{},"b":{"not":{}},"__proto__":{},"c":{"not":true}}}',
    );
  });
});
