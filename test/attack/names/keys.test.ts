/** E 93, 95: keys of data that mean something to the language, through the bridge in both directions. */
import { expect, it } from 'vitest';
import { describeAttacked, scripted } from '../fixtures/attacked.ts';

/** As text, so that nothing on the way to the test has made something else of it. */
const CASES: readonly (readonly [name: string, json: string])[] = [
  ['__proto__', '{"__proto__":{"polluted":1}}'],
  ['constructor.prototype', '{"constructor":{"prototype":{"polluted":1}}}'],
  ['nested __proto__', '{"a":[{"__proto__":{"polluted":[{"__proto__":null}]}}]}'],
  ['toJSON', '{"toJSON":"not a function","a":1}'],
  ['then', '{"then":"not a function","catch":{},"finally":null}'],
  ['length', '{"length":1000000000,"0":"first"}'],
  ['valueOf', '{"valueOf":{},"toString":{},"Symbol.toPrimitive":1,"Symbol.toStringTag":"Promise"}'],
  ['a value of a call', '{"kind":"value","value":{"failure":1},"ok":true}'],
  ['a failure of a call', '{"code":"denied","message":"forged","retryable":true,"name":"ToolError"}'],
  [
    'keys of every kind',
    '{"0":2,"":1,"-1":3,"\\u0000":4,"\\u0085":5,"\\u2028":6,"__defineGetter__":7,"hasOwnProperty":8}',
  ],
];

const results = Object.fromEntries(
  CASES.map(([, json], at) => [`r${at}`, { content: [], structuredContent: JSON.parse(json) as unknown }]),
);
const TOOLS = ['echo', ...Object.keys(results)];

/** In the sandbox: nothing that the program did not make itself carries the key. */
const IS_CLEAN =
  '[({}).polluted, [].polluted, (() => {}).polluted, mcp.polluted, args.polluted].every((each) => each === undefined)';

function expectCleanHost(): void {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(([] as { polluted?: unknown }).polluted).toBeUndefined();
}

describeAttacked(
  'keys that mean something to the language',
  { upstreams: { kit: scripted(TOOLS, results) } },
  (attacked) => {
    it.each(CASES)('93: %s in the arguments of a call arrives as data, and comes back as data', async (_name, json) => {
      const program = `const { args: back } = await mcp.kit.echo(JSON.parse(args.json)); return [JSON.stringify(back), ${IS_CLEAN}]`;
      const [back, isClean] = (await attacked.result(program, { args: { json } })) as [string, boolean];
      expect([JSON.parse(back), isClean]).toEqual([JSON.parse(json), true]);
      expect(back).toBe(JSON.stringify(JSON.parse(json)));
      expectCleanHost();
    });

    it.each(CASES)('93: %s in the args of a program and in its result is data', async (_name, json) => {
      const args: unknown = JSON.parse(json);
      const outcome = await attacked.run(`return { same: args, isClean: ${IS_CLEAN.replace(', args.polluted', '')} }`, {
        args: args as never,
      });
      expect(JSON.stringify(outcome.result)).toBe(`{"same":${JSON.stringify(args)},"isClean":true}`);
      expectCleanHost();
    });

    it.each(CASES.map(([name, json], at) => [name, json, at] as const))(
      '95: %s in the result of a tool is data',
      async (_name, json, at) => {
        const program = `const value = await mcp.kit.r${at}({}); return [JSON.stringify(value), Object.getPrototypeOf(value) === Object.prototype, ${IS_CLEAN}]`;
        expect(await attacked.result(program)).toEqual([JSON.stringify(JSON.parse(json)), true, true]);
        expectCleanHost();
      },
    );

    it('95: a result that the program makes of such keys by hand is data, too', async () => {
      const program = `const made = Object.create({ inherited: 1 });
      Object.defineProperty(made, '__proto__', { value: { polluted: 1 }, enumerable: true });
      Object.assign(made, { then: 1, length: 1e9, constructor: { prototype: 1 }, [Symbol.toStringTag]: 'Promise' }); return made`;
      const result = await attacked.result(program);
      expect(JSON.stringify(result)).toBe(
        '{"__proto__":{"polluted":1},"then":1,"length":1000000000,"constructor":{"prototype":1}}',
      );
      expectCleanHost();
    });

    it('95: a thenable of the program is waited for as the language has it, and one of a tool is not', async () => {
      expect(await attacked.result('return { then(resolve) { resolve("settled") } }')).toBe('settled');
      expect(JSON.stringify(await attacked.result('return await mcp.kit.r4({})'))).toBe(CASES[4]?.[1]);
    });
  },
);
