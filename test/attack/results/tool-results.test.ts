/** F 109, H 151: what upstream tools answer with, and what a program gets for it. */
import { expect, it } from 'vitest';
import { describeAttacked, scripted, shown } from '../fixtures/attacked.ts';

const text = (words: unknown) => ({ type: 'text', text: words });
const image = { type: 'image', data: 'not base64 at all \u0000', mimeType: 'text/html' };
const audio = { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' };
const resource = { type: 'resource', resource: { uri: 'file:///etc/passwd', text: 'x', blob: 'x' } };
const link = { type: 'resource_link', uri: 'javascript:alert(1)', name: '__proto__' };
const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

/** The raw result, and what the program gets: a value, or the code of the ToolError. */
const RESULTS: readonly (readonly [title: string, raw: unknown, wanted: unknown])[] = [
  [
    '151: blocks of every kind',
    { content: [text('a'), image, audio, resource, link] },
    [text('a'), image, audio, resource, link],
  ],
  [
    '151: blocks of no kind',
    { content: [{ type: 'hologram' }, { type: {} }, {}, null, 7, []] },
    [{ type: 'hologram' }, { type: {} }, {}, null, 7, []],
  ],
  ['151: one block that is null', { content: [null] }, [null]],
  ['151: one text that is no text', { content: [text({ a: 1 })] }, [text({ a: 1 })]],
  ['151: one text that only looks like JSON', { content: [text('{"a":')] }, '{"a":'],
  [
    '151: one text of JSON with __proto__',
    { content: [text('{"__proto__":{"polluted":1}}')] },
    JSON.parse('{"__proto__":{"polluted":1}}'),
  ],
  [
    '151: one text of JSON that nests too deep',
    { content: [text('['.repeat(200) + ']'.repeat(200))] },
    '['.repeat(200) + ']'.repeat(200),
  ],
  ['151: one empty text', { content: [text('')] }, ''],
  ['151: no content', { content: [] }, []],
  ['151: nothing at all', {}, []],
  ['151: content that is null', { content: null }, 'invalid-result'],
  ['151: content that is a text', { content: 'text' }, 'invalid-result'],
  ['151: content that looks like an array', { content: { length: 1e9 } }, 'invalid-result'],
  ['151: structure that is null', { content: [text('x')], structuredContent: null }, 'x'],
  ['151: structure that is a number', { content: [], structuredContent: 0 }, 0],
  ['151: structure that is false', { content: [], structuredContent: false }, false],
  ['151: structure that is an empty text', { content: [], structuredContent: '' }, ''],
  ['151: structure that is an array', { content: [], structuredContent: [1] }, [1]],
  ['151: structure that nests too deep', { content: [], structuredContent: deep(200) }, 'invalid-result'],
  ['151: blocks that nest too deep', { content: [deep(200)] }, 'invalid-result'],
  ['151: an error without content', { isError: true }, 'upstream-error'],
  ['151: an error with content that is none', { isError: true, content: [null, image] }, 'upstream-error'],
  [
    '109: an error with structure beside it',
    { isError: true, content: [], structuredContent: { ok: true } },
    'upstream-error',
  ],
  ['151: an error that is no boolean', { isError: 'true', content: [text('fine')] }, 'fine'],
  ['151: a result that asks back', { resultType: 'input_required', content: [text('x')] }, 'upstream-error'],
  [
    '151: members that nobody knows',
    { content: [text('x')], ok: false, kind: 'failure', error: { code: 1 }, _meta: { x: 1 } },
    'x',
  ],
  [
    '149: halves of characters and separators',
    { content: [text('\ud800\u2028\u202e\u0000')] },
    '\ufffd\u2028\u202e\u0000',
  ],
  [
    '150: numbers beyond what is whole',
    { content: [], structuredContent: [2 ** 53 + 2, 1e21, -0] },
    [9007199254740994, 1e21, 0],
  ],
];
const PROMISE = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};
const LIES: readonly (readonly [title: string, raw: object, wanted: unknown])[] = [
  ['109: what was promised', { content: [], structuredContent: { n: 1 } }, { n: 1 }],
  ['109: nothing', { content: [] }, 'invalid-result'],
  ['109: words alone', { content: [text('n is 1')] }, 'invalid-result'],
  ['109: the structure as text', { content: [text('{"n":1}')] }, { n: 1 }],
  ['109: another structure as text', { content: [text('{"n":"1"}')] }, 'invalid-result'],
  ['109: another type', { content: [], structuredContent: { n: '1' } }, 'invalid-result'],
  ['109: more than was promised', { content: [], structuredContent: { n: 1, more: 'x' } }, 'invalid-result'],
  [
    '109: __proto__ in place of what was promised',
    { content: [], structuredContent: JSON.parse('{"__proto__":{"n":1}}') },
    'invalid-result',
  ],
  ['109: null', { content: [], structuredContent: null }, 'invalid-result'],
  ['109: an array', { content: [], structuredContent: [1] }, 'invalid-result'],
  [
    '109: five thousand things too many',
    { content: [], structuredContent: Object.fromEntries([...Array(5_000).keys()].map((n) => [`k${n}`, n])) },
    'invalid-result',
  ],
];
const CASES = [...RESULTS, ...LIES].map(([title, , wanted], at) => [title, wanted, at] as const);
const tools = CASES.map(([, , at]) => ({
  name: `t${at}`,
  inputSchema: { type: 'object' },
  ...(at >= RESULTS.length ? { outputSchema: PROMISE } : {}),
}));
const raw = Object.fromEntries([...RESULTS, ...LIES].map(([, result], at) => [`t${at}`, result]));

describeAttacked('a tool answers with', { upstreams: { kit: scripted(tools, raw) } }, (attacked) => {
  it.each(CASES)('%s', async (_title, wanted, at) => {
    const program = `return mcp.kit.t${at}({}).then((value) => ({ value }), (error) => ({ code: error.code, name: error.name, said: error.message.length }))`;
    const outcome = await attacked.run(program);
    const isFailure = typeof wanted === 'string' && /^(?:invalid-result|upstream-error)$/.test(wanted);
    if (isFailure)
      expect(outcome).toMatchObject({
        result: { code: wanted, name: 'ToolError' },
        toolCalls: [{ ok: false, code: wanted }],
      });
    else expect(JSON.stringify(outcome.result)).toBe(JSON.stringify({ value: wanted }));
    expect(JSON.stringify(outcome).length).toBeLessThan(10_000);
    expect(shown(outcome).wire.isWellFormed()).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
