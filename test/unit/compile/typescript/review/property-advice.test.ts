import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTypechecker } from '../../../../../src/compile/typescript/typecheck.ts';
import { DECLARATIONS, LIMITS, NEVER, read, SILENT } from '../../fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());

const first = async (source: string, declarations = DECLARATIONS) =>
  (await checker.check(read(source), declarations, NEVER))[0];

describe('a property of a promise', () => {
  it.each([
    ['return await mcp.fs.stat({ path: "x" }).size', '(await mcp.fs.stat(…)).size'],
    ['return await mcp.fs\n  .stat({ path: ")" })\n  .size', '(await mcp.fs.stat(…)).size'],
    ['return await mcp.fs.probe().found', '(await mcp.fs.probe()).found'],
    ['return await mcp["my-server"]["get"]({ id: 1 }).user.name', '(await mcp["my-server"]["get"](…)).user'],
    ['return [await mcp.fs.stat({ path: "x" })["size"]]', '(await mcp.fs.stat(…)).size'],
    ['const found = mcp.fs.stat({ path: "x" }); return await found.size', '(await found).size'],
  ])('that is awaited wants parentheses: %s', async (source, right) => {
    expect((await first(source))?.hint).toBe(
      `\`await\` waits for the whole of what follows it: put parentheses, \`${right}\`.`,
    );
  });

  it.each([
    [
      'return mcp.fs.stat({ path: "x" }).size',
      'A call gives a promise, and `await` its value: write `(await mcp.fs.stat(…)).size`.',
    ],
    [
      'const noawait = 1; return noawait + mcp.fs.probe().found',
      'A call gives a promise, and `await` its value: write `(await mcp.fs.probe()).found`.',
    ],
    ['const found = mcp.fs.stat({ path: "x" }); return found.size', 'A call gives a promise: write `await` before it.'],
    ['const { size } = mcp.fs.stat({ path: "x" }); return size', 'A call gives a promise: write `await` before it.'],
  ])('that is not wants `await`: %s', async (source, hint) => {
    expect((await first(source))?.hint).toBe(hint);
  });
});

describe('a name with a "-" that was written with a dot', () => {
  it('is subtracted: the hint has the form to write', async () => {
    expect(await first('return mcp.fs.read-many({ paths: [] })')).toMatchObject({
      message: 'There is no tool "read" in mcp.fs.',
      hint: expect.stringMatching(/^"-" subtracts: write mcp\.fs\["read-many"\]\. /),
    });
    expect((await first('return mcp.my-server.get({ id: 1 })'))?.hint).toMatch(
      /^"-" subtracts: write mcp\["my-server"\]\. /,
    );
    const declarations = 'declare const mcp: { s: { get_sum_now(): any; "get-sum-now"(): any } };';
    expect((await first('return mcp.s.get-sum-now()', declarations))?.hint).toMatch(
      /^"-" subtracts: write mcp\.s\.get_sum_now\. /,
    );
  });
});

it('lists what there is where a pattern asks for something else', async () => {
  expect((await first('const { contents } = await mcp.fs.stat({ path: "x" }); return contents'))?.hint).toBe(
    'It has size, name.',
  );
  expect((await first('const {\n  size,\n  nope,\n} = await mcp.fs.stat({ path: "x" }); return nope'))?.hint).toBe(
    'It has size, name.',
  );
});

it('guesses once', async () => {
  const found = await first('const r = await mcp.fs.stat({ path: "x" }); return r.sizes');
  expect(found?.message).toContain("Did you mean 'size'?");
  expect(found?.hint).toBe('r has size, name.');
});

it('guesses nothing far-fetched', async () => {
  expect(await first('return new Set([1]).map((x) => x)')).not.toHaveProperty('hint');
});

it('says that there is no such server, also where none is in scope', async () => {
  expect(await first('return mcp.everythng.echo({})', 'declare const mcp: {};')).toMatchObject({
    message: 'There is no server "everythng" in scope.',
    hint: 'No server is in scope.',
  });
  expect(await first('const mcp = { a: 1 }; return mcp.b')).toMatchObject({
    message: expect.stringContaining("Property 'b' does not exist"),
  });
});
