import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTypechecker } from '../../../../../src/compile/typescript/typecheck.ts';
import { DECLARATIONS, LIMITS, NEVER, read, SILENT } from '../../fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());

const first = async (source: string) => (await checker.check(read(source), DECLARATIONS, NEVER))[0];
const hint = async (source: string) => (await first(source))?.hint;

it('names the nearest server and all that there are', async () => {
  expect(await first('return mcp.fss.stat({})')).toMatchObject({
    message: 'There is no upstream "fss" in scope.',
    hint: 'Did you mean "fs"? mcp has fs, empty, "my-server".',
  });
  expect(await hint('return mcp["myServer"].get({})')).toBe(
    'Did you mean "my-server"? mcp has fs, empty, "my-server".',
  );
});

it('names the nearest tool of the server and those that it has', async () => {
  expect(await first('return mcp.fs.readFile({})')).toMatchObject({
    message: 'There is no tool "readFile" in mcp.fs.',
    hint: 'Did you mean "read_file"? mcp.fs has read_file, stat, list, "read-many", unknown, probe.',
  });
  expect(await hint('const { fs } = mcp; return fs.readFile({})')).toMatch(/^Did you mean "read_file"\? fs has /);
});

it('lists what is declared under two names once, under the one to write', async () => {
  const declarations = 'declare const mcp: { my_fs: { x(): void }; "my-fs": { x(): void }; "a b": {} };';
  const [found] = await checker.check(read('return mcp.other'), declarations, NEVER);
  expect(found?.hint).toBe('mcp has my_fs, "a b".');
});

it('names the nearest property of a result', async () => {
  expect(await hint('const r = await mcp.fs.stat({ path: "x" }); return r.sise')).toBe(
    'Did you mean "size"? r has size, name.',
  );
  expect(await hint('return "x".lenght')).toBe('Did you mean "length"?');
});

it.each([
  'return mcp.fs.read_file()',
  'return mcp.fs.read_file({})',
  'return mcp.fs.read_file("x")',
  'return mcp.fs.read_file({ path: 1 })',
  'return mcp.fs.read_file({ pathh: "x" })',
  'const a = { path: 1 }; return mcp.fs.read_file(a)',
  'return [1].map((n) => mcp.fs\n  .read_file({ path: n }))',
])('shows the shape of the argument: %s', async (source) => {
  expect(await hint(source)).toBe('mcp.fs.read_file takes { path: string; head?: number }.');
});

it('shows the shape of the argument of a tool that is called by key', async () => {
  expect(await hint('return mcp.fs["read-many"]({ paths: [1] })')).toBe(
    'mcp.fs["read-many"] takes { paths: string[] }.',
  );
});

it('tells to await a promise', async () => {
  expect(await hint('const r = mcp.fs.stat({ path: "x" }); return r.size')).toMatch(/`await`/);
  expect(await hint('return mcp.fs.stat({ path: "x" }).size')).toMatch(/`await`/);
  expect(await hint('return mcp.fs.read_file({ path: mcp.fs.read_file({ path: "x" }) })')).toMatch(/`await`/);
});

it('tells what to do instead of what is not there', async () => {
  expect(await hint('return fs.stat({ path: "x" })')).toBe('"fs" is an upstream: write mcp.fs.');
  expect(await hint('return fetch("https://example.org")')).toMatch(/no network/);
  expect(await first('const fs = require("fs"); return fs')).toMatchObject({
    message: "Cannot find name 'require'.",
    hint: expect.stringContaining('no `require`'),
  });
  expect(await first('import fs from "node:fs"; return fs')).toMatchObject({
    message: 'The module "node:fs" cannot be imported.',
    hint: expect.stringContaining('part of Node'),
  });
  expect(await hint('import _ from "lodash"; return _')).toMatch(/pass dependencies: \[\{ name: "lodash", version/);
  expect(await hint('export const a = 1;\nreturn a')).toMatch(/write a function body/);
});

it('hints at nothing where it knows nothing', async () => {
  expect(await first('return foo')).not.toHaveProperty('hint');
  expect(await first('return toString.constructor.nope')).not.toHaveProperty(
    'hint',
    expect.stringContaining('undefined'),
  );
});
