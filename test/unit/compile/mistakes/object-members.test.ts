import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTypechecker } from '../../../../src/compile/typescript/typecheck.ts';
import { DECLARATIONS, LIMITS, NEVER, read, SILENT } from '../fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());
const check = (source: string, declarations = DECLARATIONS) => checker.check(read(source), declarations, NEVER);

it.each([
  ['return mcp.toString()', 12, 'There is no server "toString" in scope.'],
  ['return mcp?.valueOf()', 13, 'There is no server "valueOf" in scope.'],
  ['return await mcp.fs.constructor({})', 21, 'There is no tool "constructor" in mcp.fs.'],
  ['return mcp.fs.hasOwnProperty("x")', 15, 'There is no tool "hasOwnProperty" in mcp.fs.'],
  ['return mcp["fs"]?.["isPrototypeOf"](mcp)', 20, 'There is no tool "isPrototypeOf" in mcp["fs"].'],
  ['return mcp["my-server"]\n  .toString()', 4, 'There is no tool "toString" in mcp["my-server"].'],
])('tells of a member that only TypeScript sees: %s', async (source, column, message) => {
  expect(await check(source)).toMatchObject([{ code: 'TS2339', column, message, hint: expect.stringMatching(/has /) }]);
});

it('sees through a name of its own', async () => {
  expect(await check('const { fs } = mcp; return fs.toString()')).toMatchObject([{ code: 'TS2339', column: 31 }]);
});

it('leaves the members of everything else alone', async () => {
  const source = `const r = await mcp.fs.stat({ path: "x" });
    const s = "mcp.toString()"; // mcp.toString()
    class A { constructor() {} toString() { return "a" } }
    return [r.size.toString(), r.hasOwnProperty("size"), [].constructor.name, new Date().valueOf(), new A().toString(), s.toString(), mcp.fs.stat.toString()]`;
  expect(await check(source)).toEqual([]);
});

it('takes a tool or a server that is really called so for what it is', async () => {
  const declarations = 'declare const mcp: { constructor: { toString(args: {}): Promise<string>; valueOf_(): any } };';
  expect(await check('return await mcp.constructor.toString({})', declarations)).toEqual([]);
  expect(await check('return mcp.constructor.valueOf()', declarations)).toMatchObject([
    { message: 'There is no tool "valueOf" in mcp.constructor.' },
  ]);
});
