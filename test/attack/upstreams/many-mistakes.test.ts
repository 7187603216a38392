/**
 * F 105, 109 and K: values with more mistakes than anybody wants to hear of. Described one by one, with a look at the
 * whole value for each, these would hold up the server for minutes; whoever is wrong is told so, and a few of them.
 */
import { expect, it } from 'vitest';
import { createTimeBox } from '../../../src/base/schema/time-box.ts';
import { compileOwnSchema, compileStrangerSchema } from '../../../src/server/arguments/compile-schema.ts';
import { describeAttacked, scripted } from '../fixtures/attacked.ts';

const CLOSED = { type: 'object', properties: { known: { type: 'string' } }, additionalProperties: false };
const NAMED = {
  type: 'object',
  properties: Object.fromEntries([...Array(1_000).keys()].map((n) => [`p${n}`, {}])),
  required: [...Array(1_000).keys()].map((n) => `p${n}`),
};
const ITEMS = {
  type: 'object',
  properties: { list: { type: 'array', items: { anyOf: [{ type: 'string' }, CLOSED] } } },
};
const manyKeys = (count: number) => Object.fromEntries([...Array(count).keys()].map((n) => [`k${n}`, 0]));
const tools = [CLOSED, NAMED, ITEMS].map((inputSchema, at) => ({ name: `t${at}`, inputSchema }));
const promises = { name: 'promises', inputSchema: { type: 'object' }, outputSchema: CLOSED };
const kit = scripted([...tools, promises], {});

describeAttacked('a value with very many mistakes', { upstreams: { kit } }, (attacked) => {
  it.each([
    [
      '80,000 arguments that are not known',
      't0',
      'Object.fromEntries(Array.from({ length: 8e4 }, (_, n) => ["k" + n, 0]))',
    ],
    [
      '80,000 arguments in place of 1,000 others',
      't1',
      'Object.fromEntries(Array.from({ length: 8e4 }, (_, n) => ["k" + n, 0]))',
    ],
    [
      '9,000 arguments that are not known',
      't0',
      'Object.fromEntries(Array.from({ length: 9e3 }, (_, n) => ["k" + n, 0]))',
    ],
    ['400,000 items of the wrong kind', 't2', '{ list: Array(4e5).fill(0) }'],
    ['3,000 items that are objects of the wrong kind', 't2', '{ list: Array(3e3).fill({ a: 1, b: 2 }) }'],
  ])('105: %s are refused in a few lines', async (_title, tool, args) => {
    const program = `return mcp.kit.${tool}(${args}).then(() => "taken", (error) => [error.code, error.message.length < 2_000])`;
    expect(await attacked.result(program)).toEqual(['invalid-arguments', true]);
  });

  it('109: that come back from a tool are refused in a few lines', async () => {
    const program =
      'return mcp.kit.promises(Object.fromEntries(Array.from({ length: 8e4 }, (_, n) => ["k" + n, 0]))).catch((error) => error.code)';
    expect(await attacked.result(program)).toBe('invalid-result');
  });

  it('165: that come from a client are told in a few sentences, the first of them where there are too many', () => {
    const own = compileOwnSchema({ ...CLOSED, properties: { servers: { type: 'array', items: { type: 'string' } } } });
    expect(own(manyKeys(300_000))).toHaveLength(1);
    expect(own({ servers: Array(2e6).fill(1) })).toEqual(['servers[0]: expected a string, got the number 1.']);
    expect(own(manyKeys(5_000))).toHaveLength(11);
    const stranger = compileStrangerSchema(CLOSED, { schema: 'inputSchema', value: '' }, createTimeBox());
    expect(stranger.kind === 'checker' && stranger.check(manyKeys(300_000)).length).toBeLessThanOrEqual(11);
  });
});
