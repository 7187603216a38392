import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeScope } from '../../../../../src/compile/guest-scope.ts';
import { createTypechecker } from '../../../../../src/compile/typescript/typecheck.ts';
import { DECLARATIONS, LIMITS, NEVER, read, SILENT } from '../../fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());

const first = async (source: string) => (await checker.check(read(source), DECLARATIONS, NEVER))[0];
const hint = async (source: string) => (await first(source))?.hint;

it('names the nearest server and all that there are', async () => {
  expect(await first('return mcp.fss.stat({})')).toMatchObject({
    message: 'There is no server "fss" in scope.',
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
  expect(await first('const { fs } = mcp; return fs.readFile({})')).toMatchObject({
    message: expect.stringMatching(/ Did you mean 'read_file'\?$/),
    hint: expect.stringMatching(/^fs has /),
  });
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
  expect((await first('return "x".lenght'))?.message).toMatch(/ Did you mean 'length'\?$/);
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
  expect(await hint('return mcp["fs"]["read-many"]({ paths: [1] })')).toBe(
    'mcp["fs"]["read-many"] takes { paths: string[] }.',
  );
  expect(await hint('return mcp["my-server"].get()')).toBe('mcp["my-server"].get takes { id: number }.');
});

it('says of a tool that takes nothing that it does', async () => {
  const declarations = 'declare const mcp: { s: { get_env: (args?: { [key: string]: undefined }) => Promise<any> } };';
  const found = await checker.check(read('return mcp.s.get_env({ x: 1 })'), declarations, NEVER);
  expect(found.map((each) => each.hint)).toEqual(['mcp.s.get_env takes no arguments.']);
});

it.each([
  'namespace N { export const a = 1 }\nreturn N.a',
  'declare const foo: string;\nreturn foo',
  'declare global { interface A {} }\nreturn 1',
])('tells where TypeScript has what it has at the top of a module only: %s', async (source) => {
  expect(await hint(source)).toMatch(/^TypeScript has this at the top level of a module only: write an ES module with/);
  expect(
    await checker.check(read(source.replace(/return (.*)/, 'export default () => $1')), DECLARATIONS, NEVER),
  ).toEqual([]);
});

it('tells to await a promise', async () => {
  expect(await hint('const r = mcp.fs.stat({ path: "x" }); return r.size')).toMatch(/`await`/);
  expect(await hint('return mcp.fs.stat({ path: "x" }).size')).toMatch(/`await`/);
  expect(await hint('return mcp.fs.read_file({ path: mcp.fs.read_file({ path: "x" }) })')).toMatch(/`await`/);
});

it('tells what to do instead of what is not there', async () => {
  expect(await hint('return fs.stat({ path: "x" })')).toBe('"fs" is a server: write mcp.fs.');
  expect(await hint('return await tools.fs.stat({ path: "x" })')).toBe('Tools are called as mcp.<server>.<tool>(…).');
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

it.each([
  ['on-docker', /^"node:fs" is part of Node, which only the docker engine has: ask for engine docker, or use mcp/],
  ['no-docker', /^"node:fs" is part of Node, .* and this server has no Docker now: use mcp/],
  ['nowhere', /^"node:fs" is part of Node, which programs do not have on this server: use mcp/],
] as const)('says where modules of Node are: %s', async (node, expected) => {
  const hintThere = async (source: string) =>
    (await checker.check(read(source), DECLARATIONS, NEVER, undefined, node))[0]?.hint;
  expect(await hintThere('import fs from "node:fs"; return fs')).toMatch(expected);
  const name = node === 'on-docker' ? /ask for engine docker/ : /^Node's own globals and modules are not in scope/;
  expect(await hintThere('return __dirname')).toMatch(name);
  expect(await hintThere('return path.join("a")')).toMatch(name);
});

it('tells a program that has Node to import its modules, and to read files with them', async () => {
  const hintHere = async (source: string) =>
    (await checker.check(read(source), `${DECLARATIONS}${nodeScope([])}`, NEVER, undefined, 'here'))[0]?.hint;
  expect(await hintHere('return path.join("a")')).toBe("Import it first: `import path from 'node:path';`.");
  expect(await hintHere('import state from "./state.json"; return state')).toMatch(/read files with node:fs/);
  expect(await hintHere('return nowhere.x')).toBeUndefined();
});

it('hints at nothing where it knows nothing', async () => {
  expect(await first('return foo')).not.toHaveProperty('hint');
  expect(await first('return toString.constructor.nope')).not.toHaveProperty(
    'hint',
    expect.stringContaining('undefined'),
  );
});

it('says where an import belongs that stands inside of braces', async () => {
  expect(await first('if (args.n) {\n  import fs from "node:fs";\n}\nreturn 1')).toMatchObject({
    line: 2,
    hint: 'Put it first in the program, outside of all braces; inside of them write `await import(…)`.',
  });
});
